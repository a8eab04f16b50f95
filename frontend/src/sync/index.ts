/** Keeps an open task equal to the server's, and the person's work safe on its way there. */
export { mayReview, type Access } from "./access";
export { syncApi, type Purpose, type SyncApi } from "./api";
export { IndexedDbStore } from "./indexedDb";
export type { MaskFailureCode } from "./maskRequests";
export { TaskSession } from "./session";
export type { Conflict } from "./conflicts";
export type { RefusedEdit, SaveState, SessionSnapshot } from "./snapshot";
export { Presence, type OtherPointer, type PresenceSnapshot } from "./presence";
export type { HistoryStore, OutboxStore, UnsentElsewhere } from "./store";
export { Tabs } from "./tabs";
export { UndoKeeper } from "./undoKeeper";
export { WorkClock } from "./workClock";
