import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { ProjectEvent } from "../../api/types";
import { projectOf, taskOf } from "../../testing/shapes";
import { modelKeys } from "./modelQueries";
import { keys } from "./queries";
import { onSessionEnd } from "./session";
import { useProjectSocket } from "./useProjectSocket";

/** The server's end of each line that was opened. */
class FakeSocket {
  static opened: FakeSocket[] = [];
  readonly readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.opened.push(this);
  }
  close(): void {}
  send(): void {}
  tell(event: ProjectEvent): void {
    act(() => this.onmessage?.({ data: JSON.stringify(event) }));
  }
}

const line = (): FakeSocket => FakeSocket.opened.at(-1) ?? expect.fail("No line was opened.");

const pass = (ms: number): void => act(() => void vi.advanceTimersByTime(ms));

function mount() {
  const cache = new QueryClient();
  const asked = vi.spyOn(cache, "invalidateQueries").mockResolvedValue();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>{children}</QueryClientProvider>
  );
  const hook = renderHook(() => useProjectSocket(1), { wrapper });
  const askedKeys = () => asked.mock.calls.map(([filter]) => filter?.queryKey);
  return { ...hook, cache, askedKeys };
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened = [];
  vi.stubGlobal("WebSocket", FakeSocket);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("useProjectSocket", () => {
  it("listens to its project and fills the cache", () => {
    const { cache } = mount();
    expect(new URL(line().url).pathname).toBe("/ws/projects/1");
    const project = projectOf({ id: 1, name: "Fresh" });
    line().tell({ type: "project.opened", project });
    expect(cache.getQueryData(keys.project(1))).toEqual(project);
  });

  it("gathers what a busy team changes into one question for each list", () => {
    const { askedKeys } = mount();
    for (let id = 1; id <= 20; id += 1) line().tell({ type: "task.changed", last_review: null, task: taskOf({ id }) });
    expect(askedKeys()).toEqual([]);
    pass(2000);
    expect(askedKeys()).toEqual([keys.working(1), keys.project(1), keys.reviewQueue(1)]);
  });

  it("asks for the lists again at each opening: what came before it was told by no event", () => {
    const { askedKeys, result } = mount();
    const lists = [keys.tasks(1), keys.exports(1), keys.imports(1), keys.members(1), modelKeys.all(1)];
    const opened: ProjectEvent = { type: "project.opened", project: projectOf({ id: 1 }) };
    act(() => line().onopen?.());
    line().tell(opened);
    pass(2000);
    expect(askedKeys()).toEqual(lists);

    act(() => line().onclose?.({ code: 1012 }));
    expect(result.current).toBe(true);
    // The next try is under way then, whatever chance adds to the pause, and has not been given up yet.
    pass(1_000);
    act(() => line().onopen?.());
    expect(result.current).toBe(false);
    line().tell(opened);
    pass(2000);
    expect(askedKeys()).toEqual([...lists, ...lists]);
  });

  it("ends the session when the server says that nobody is signed in", () => {
    const ended = vi.fn();
    const stop = onSessionEnd(ended);
    mount();
    act(() => line().onclose?.({ code: 4401 }));
    expect(ended).toHaveBeenCalledTimes(1);
    stop();
  });

  it("asks for nothing after the page is gone", () => {
    const { askedKeys, unmount } = mount();
    line().tell({ type: "task.changed", last_review: null, task: taskOf({}) });
    unmount();
    vi.advanceTimersByTime(5000);
    expect(askedKeys()).toEqual([]);
  });
});
