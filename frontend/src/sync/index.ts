/** Keeps an open task equal to the server's, and the person's work safe on its way there. */
export { mayReview, type Access } from "./access";
export { syncApi, type Purpose, type SyncApi } from "./api";
export { IndexedDbStore } from "./indexedDb";
export type { MaskFailureCode } from "./maskRequests";
export { TaskSession } from "./session";
export type { Conflict, RefusedEdit, SaveState, SessionSnapshot } from "./snapshot";
export type { OutboxStore, UnsentElsewhere } from "./store";
