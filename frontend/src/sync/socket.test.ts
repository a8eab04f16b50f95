import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { backoffMs } from "./backoff";
import { openSocket, socketUrl, type PageSignals, type Refusal, type SocketLike, type SocketState } from "./socket";

class FakeSocket implements SocketLike {
  static made: FakeSocket[] = [];
  readyState = 0;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  sent: string[] = [];
  closed = false;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }
  send(data: string): void {
    this.sent.push(data);
  }
  close(): void {
    this.closed = true;
    this.readyState = 3;
  }
  accept(): void {
    this.readyState = 1;
    this.onopen?.(new Event("open"));
  }
  say(data: unknown): void {
    this.onmessage?.(new MessageEvent("message", { data }));
  }
  fail(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code } as CloseEvent);
  }
}

interface Setup {
  states: [SocketState, Refusal | null][];
  events: { type: string }[];
  wake: () => void;
  listeners: number;
  socket: ReturnType<typeof openSocket>;
}

function setup(random = 1): Setup {
  const callbacks = new Set<() => void>();
  const page: PageSignals = {
    onWake(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
  const states: Setup["states"] = [];
  const events: Setup["events"] = [];
  const socket = openSocket({
    path: "/ws/tasks/7",
    onEvent: (event) => events.push(event),
    onState: (state, refusal) => states.push([state, refusal]),
    connect: (url) => new FakeSocket(url),
    random: () => random,
    page,
  });
  return {
    states,
    events,
    socket,
    wake: () => callbacks.forEach((callback) => callback()),
    get listeners() {
      return callbacks.size;
    },
  };
}

const made = (index: number): FakeSocket => {
  const socket = FakeSocket.made[index];
  if (socket === undefined) throw new Error(`only ${FakeSocket.made.length} sockets were opened`);
  return socket;
};

beforeEach(() => {
  FakeSocket.made = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("backoffMs", () => {
  it("doubles from half a second to five and never leaves these bounds", () => {
    expect([0, 1, 2, 3, 4, 50].map((n) => backoffMs(n, () => 1))).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
    expect([0, 1, 2, 3, 4, 50].map((n) => backoffMs(n, () => 0))).toEqual([500, 500, 1000, 2000, 2500, 2500]);
  });
});

describe("openSocket", () => {
  it("uses the page's host and wss on https", () => {
    expect(socketUrl("/ws/tasks/7", { protocol: "https:", host: "a.example" })).toBe("wss://a.example/ws/tasks/7");
    expect(socketUrl("/ws/tasks/7", { protocol: "http:", host: "a:8000" })).toBe("ws://a:8000/ws/tasks/7");
  });

  it("passes frames on in order, drops what is no frame, and sends only on an open line", () => {
    const { socket, states, events } = setup();
    expect(socket.send({ type: "heartbeat" })).toBe(false);
    made(0).accept();
    expect(socket.send({ type: "heartbeat" })).toBe(true);
    for (const data of ['{"type":"a"}', "no json", "null", '{"type":1}', new ArrayBuffer(1), '{"type":"b"}']) {
      made(0).say(data);
    }
    expect(made(0).sent).toEqual(['{"type":"heartbeat"}']);
    expect(events).toEqual([{ type: "a" }, { type: "b" }]);
    expect(states).toEqual([["connecting", null], ["open", null]]);
  });

  it("reconnects with growing pauses until a frame arrives, then starts small again", () => {
    const { states } = setup();
    made(0).fail();
    vi.advanceTimersByTime(499);
    expect(FakeSocket.made.length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.made.length).toBe(2);
    // Accepted and closed at once, without a frame: the pause goes on growing.
    made(1).accept();
    made(1).fail();
    vi.advanceTimersByTime(999);
    expect(FakeSocket.made.length).toBe(2);
    vi.advanceTimersByTime(1);
    made(2).accept();
    made(2).say('{"type":"task.opened"}');
    made(2).fail();
    vi.advanceTimersByTime(500);
    expect(FakeSocket.made.length).toBe(4);
    expect(states.map(([state]) => state)).toEqual([
      "connecting", "waiting", "connecting", "open", "waiting", "connecting", "open", "waiting", "connecting",
    ]);
  });

  it("tries at once when the network or the tab comes back, and not when the line is fine", () => {
    const { wake } = setup();
    made(0).accept();
    wake();
    expect(FakeSocket.made.length).toBe(1);
    made(0).fail();
    wake();
    expect(FakeSocket.made.length).toBe(2);
    vi.advanceTimersByTime(500);
    expect(FakeSocket.made.length).toBe(2);
  });

  it.each([
    [4401, "not_signed_in"],
    [4403, "not_allowed"],
    [4404, "not_found"],
  ] as const)("stops on %i and says %s", (code, refusal) => {
    const setUp = setup();
    made(0).fail(code);
    vi.advanceTimersByTime(60_000);
    setUp.wake();
    expect(FakeSocket.made.length).toBe(1);
    expect(setUp.states).toEqual([["connecting", null], ["refused", refusal]]);
    expect(setUp.listeners).toBe(0);
  });

  it("gives up a connection attempt that hangs for ten seconds", () => {
    const { states } = setup();
    vi.advanceTimersByTime(10_000);
    expect(made(0).closed).toBe(true);
    expect(states.map(([state]) => state)).toEqual(["connecting", "waiting"]);
    vi.advanceTimersByTime(500);
    expect(FakeSocket.made.length).toBe(2);
  });

  it("reconnect drops an open line, connects at once, and ignores what the old line still says", () => {
    const { socket, events } = setup();
    socket.reconnect();
    expect(FakeSocket.made.length).toBe(1);
    made(0).accept();
    socket.reconnect();
    expect(made(0).closed).toBe(true);
    expect(FakeSocket.made.length).toBe(2);
    made(0).say('{"type":"late"}');
    made(0).fail();
    expect(events).toEqual([]);
    expect(FakeSocket.made.length).toBe(2);
  });

  it("close ends everything for good", () => {
    const setUp = setup();
    made(0).accept();
    setUp.socket.close();
    setUp.socket.close();
    setUp.wake();
    vi.advanceTimersByTime(60_000);
    expect(setUp.socket.send({ type: "heartbeat" })).toBe(false);
    expect(FakeSocket.made.length).toBe(1);
    expect(setUp.listeners).toBe(0);
    expect(setUp.states.map(([state]) => state)).toEqual(["connecting", "open", "closed"]);
  });
});
