import type { Presence as PresenceList, PresentPerson, TaskEvent, User } from "../api/types";

/** Ten pointers a second look like a movement. */
const POINTER_EVERY_MS = 100;
/** A pointer that has not moved for this long says nothing any more. */
export const POINTER_GONE_MS = 10_000;
/** The server forgets an edit that is not said again within 15 seconds. */
const EDITING_EVERY_MS = 5_000;

type Editing = PresenceList["editing"][number];

export interface OtherPointer {
  readonly connection: string;
  readonly user: User;
  readonly initials: string;
  /** Image pixels. */
  readonly x: number;
  readonly y: number;
  /** The number of the object that is selected there. */
  readonly objectId: number | null;
}

export interface PresenceSnapshot {
  /** Everybody who has the task open, this person too. */
  readonly people: readonly PresentPerson[];
  /** Other tabs in which this person has the task open. */
  readonly ownTabs: number;
  /** What is edited on other pages, also on other tabs of this person. */
  readonly editing: readonly Editing[];
  /** What the server says that this page edits, and since when. */
  readonly mine: Editing | null;
}

export interface Pointed {
  readonly x: number;
  readonly y: number;
  readonly tool: string;
  readonly objectId: number | null;
}

export interface PresenceOptions {
  readonly me: User;
  readonly send: (frame: object) => boolean;
  readonly onEvent: (watcher: (event: TaskEvent) => void) => () => void;
  /** Whether the person works on this page: an object that was left selected is not being edited. */
  readonly isActive: () => boolean;
}

const NOBODY: PresenceSnapshot = { people: [], ownTabs: 0, editing: [], mine: null };

/** Who else is on the task, where they point and what they edit; and tells them the same of this page. */
export class Presence {
  private current: PresenceSnapshot = NOBODY;
  private readonly listeners = new Set<() => void>();
  private readonly pointerListeners = new Set<() => void>();
  private pointerList: readonly OtherPointer[] = [];
  private readonly shown = new Map<string, OtherPointer & { readonly until: ReturnType<typeof setTimeout> }>();
  private readonly stop: () => void;
  private readonly repeat: ReturnType<typeof setInterval>;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private waiting: Pointed | null = null;
  private told: Pointed | null = null;
  private editing: number | null = null;

  constructor(private readonly options: PresenceOptions) {
    this.stop = options.onEvent((event) => this.receive(event));
    this.repeat = setInterval(() => {
      if (this.editing !== null && options.isActive()) this.tellEditing();
    }, EDITING_EVERY_MS);
  }

  readonly snapshot = (): PresenceSnapshot => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** The same list until one of them moves. */
  readonly pointers = (): readonly OtherPointer[] => this.pointerList;

  readonly onPointers = (listener: () => void): (() => void) => {
    this.pointerListeners.add(listener);
    return () => void this.pointerListeners.delete(listener);
  };

  /** This page's pointer; told at most ten times a second, and only when it has moved. */
  pointAt(pointed: Pointed | null): void {
    this.waiting = pointed === null ? null : { ...pointed, x: tenths(pointed.x), y: tenths(pointed.y) };
    if (this.pause === undefined) this.tellPointer();
  }

  /** The number of the object that this page works on, or null. */
  edit(objectId: number | null): void {
    if (objectId === this.editing) return;
    this.editing = objectId;
    this.tellEditing();
  }

  close(): void {
    this.stop();
    clearInterval(this.repeat);
    clearTimeout(this.pause);
    for (const { until } of this.shown.values()) clearTimeout(until);
    this.listeners.clear();
    this.pointerListeners.clear();
  }

  private tellPointer(): void {
    const { waiting, told } = this;
    this.pause = undefined;
    if (waiting === null || (told !== null && samePlace(waiting, told))) return;
    const { x, y, tool, objectId } = waiting;
    // Nobody is there to see it.
    if (this.current.people.length < 2 && this.current.ownTabs === 0) return;
    if (!this.options.send({ type: "pointer", x, y, tool, object_id: objectId })) return;
    this.told = waiting;
    this.pause = setTimeout(() => this.tellPointer(), POINTER_EVERY_MS);
  }

  private tellEditing(): void {
    this.options.send({ type: "editing", object_id: this.editing });
  }

  private receive(event: TaskEvent): void {
    // A new connection: the server knows nothing of this page yet.
    if (event.type === "task.opened" && this.editing !== null) this.tellEditing();
    if (event.type === "presence.changed") this.listed(event);
    if (event.type === "pointer.moved") {
      const { connection, user, initials, x, y, object_id: objectId } = event;
      clearTimeout(this.shown.get(connection)?.until);
      const until = setTimeout(() => this.forget(connection), POINTER_GONE_MS);
      this.shown.set(connection, { connection, user, initials, x, y, objectId, until });
      this.pointersChanged();
    }
  }

  private listed({ people, editing, you }: PresenceList): void {
    const own = people.find(({ user }) => user.id === this.options.me.id);
    this.current = {
      people,
      ownTabs: Math.max((own?.pages ?? 1) - 1, 0),
      editing: editing.filter(({ connection }) => connection !== you),
      mine: editing.find(({ connection }) => connection === you) ?? null,
    };
    // Whoever comes now has not seen this pointer yet.
    this.told = null;
    const here = new Set(people.map(({ user }) => user.id));
    for (const { connection, user } of this.pointerList) if (!here.has(user.id)) this.forget(connection);
    for (const listener of [...this.listeners]) listener();
  }

  private forget(connection: string): void {
    clearTimeout(this.shown.get(connection)?.until);
    this.shown.delete(connection);
    this.pointersChanged();
  }

  private pointersChanged(): void {
    this.pointerList = [...this.shown.values()];
    for (const listener of [...this.pointerListeners]) listener();
  }
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

function samePlace(a: Pointed, b: Pointed): boolean {
  return a.x === b.x && a.y === b.y && a.tool === b.tool && a.objectId === b.objectId;
}
