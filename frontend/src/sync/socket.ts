import { backoffMs } from "./backoff";

/** `waiting`: the line is down and the next try is planned. `refused`: the server said no; nothing is tried again. */
export type SocketState = "connecting" | "open" | "waiting" | "refused" | "closed";
export type Refusal = "not_signed_in" | "not_allowed" | "not_found";

/** The part of a WebSocket that is used here. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

export interface SocketOptions<Frame> {
  /** Path on this host, such as `/ws/tasks/7`. */
  path: string;
  /** Called for each frame of the server, in order. The first after each connection is the fresh state. */
  onEvent: (event: Frame) => void;
  /** Called on each change; `refusal` says why when the state is `refused`. */
  onState: (state: SocketState, refusal: Refusal | null) => void;
  connect?: (url: string) => SocketLike;
  random?: () => number;
  page?: PageSignals;
}

/** Where the signals "the network is back" and "the tab is looked at again" come from. */
export interface PageSignals {
  onWake(callback: () => void): () => void;
}

export interface Socket {
  /** Sends a frame now; false when the line is not open (nothing is kept for later). */
  send(frame: object): boolean;
  /** Drops the line and connects anew at once: for a line that looks open and does not answer. */
  reconnect(): void;
  close(): void;
}

const REFUSALS: Readonly<Record<number, Refusal>> = {
  4401: "not_signed_in",
  4403: "not_allowed",
  4404: "not_found",
};
const OPEN = 1;
const CONNECT_TIMEOUT_MS = 10_000;

export function socketUrl(path: string, where: Pick<Location, "protocol" | "host"> = window.location): string {
  return `${where.protocol === "https:" ? "wss:" : "ws:"}//${where.host}${path}`;
}

export const browserSignals: PageSignals = {
  onWake(callback) {
    const visible = (): void => {
      if (document.visibilityState === "visible") callback();
    };
    window.addEventListener("online", callback);
    document.addEventListener("visibilitychange", visible);
    return () => {
      window.removeEventListener("online", callback);
      document.removeEventListener("visibilitychange", visible);
    };
  },
};

/**
 * Keeps one WebSocket alive: reconnects by itself with growing pauses, at once when the network or the tab
 * comes back, and never after the server refused (4401, 4403, 4404) or after `close`.
 */
export function openSocket<Frame extends { type: string }>(options: SocketOptions<Frame>): Socket {
  const line = new Line<Frame>(options);
  line.connect();
  return line;
}

class Line<Frame extends { type: string }> implements Socket {
  private state: SocketState | null = null;
  private current: SocketLike | null = null;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stopListening: () => void;

  constructor(private readonly options: SocketOptions<Frame>) {
    this.stopListening = (options.page ?? browserSignals).onWake(() => {
      if (this.state === "waiting") this.connect();
    });
  }

  connect(): void {
    clearTimeout(this.timer);
    this.enter("connecting");
    const open = this.options.connect ?? ((url: string): SocketLike => new WebSocket(url));
    const socket = open(socketUrl(this.options.path));
    this.current = socket;
    // A half-dead network can leave a connection attempt hanging for minutes.
    this.timer = setTimeout(() => {
      this.drop();
      this.retryLater();
    }, CONNECT_TIMEOUT_MS);
    socket.onopen = () => {
      clearTimeout(this.timer);
      this.enter("open");
    };
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = (event) => this.lost(event.code);
  }

  send(frame: object): boolean {
    if (this.state !== "open" || this.current?.readyState !== OPEN) return false;
    this.current.send(JSON.stringify(frame));
    return true;
  }

  reconnect(): void {
    if (this.state !== "open") return;
    this.drop();
    this.connect();
  }

  close(): void {
    if (this.state === "closed") return;
    this.end("closed", null);
  }

  private receive(data: unknown): void {
    const frame = parseFrame(data);
    if (frame === null) return;
    // Only an answer proves a working server: one that accepts and closes at once must not be stormed.
    this.attempt = 0;
    this.options.onEvent(frame as Frame);
  }

  private lost(code: number): void {
    this.drop();
    const refusal = REFUSALS[code];
    if (refusal === undefined) this.retryLater();
    else this.end("refused", refusal);
  }

  private retryLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), backoffMs(this.attempt, this.options.random ?? Math.random));
    this.attempt += 1;
    this.enter("waiting");
  }

  private drop(): void {
    const socket = this.current;
    if (socket === null) return;
    this.current = null;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private end(state: "closed" | "refused", refusal: Refusal | null): void {
    clearTimeout(this.timer);
    this.stopListening();
    this.drop();
    this.enter(state, refusal);
  }

  private enter(state: SocketState, refusal: Refusal | null = null): void {
    if (this.state === state) return;
    this.state = state;
    this.options.onState(state, refusal);
  }
}

function parseFrame(data: unknown): { type: string } | null {
  if (typeof data !== "string") return null;
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof frame !== "object" || frame === null || !("type" in frame)) return null;
  return typeof frame.type === "string" ? (frame as { type: string }) : null;
}
