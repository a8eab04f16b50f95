import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Tabs, type TabChannel } from "./tabs";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** One browser: what a tab posts reaches all others. */
function browser(): () => TabChannel {
  const channels: TabChannel[] = [];
  return () => {
    const channel: TabChannel = {
      onmessage: null,
      postMessage: (data) => {
        for (const other of channels) if (other !== channel) other.onmessage?.({ data } as MessageEvent);
      },
    };
    channels.push(channel);
    return channel;
  };
}

async function others(tabs: Tabs): Promise<string[]> {
  const asked = tabs.others();
  await vi.advanceTimersByTimeAsync(120);
  return [...(await asked)];
}

it("tabs of one browser know each other by name", async () => {
  const open = browser();
  const [first, second, third] = [new Tabs(open), new Tabs(open), new Tabs(open)];
  expect(await others(first)).toEqual([second.name, third.name]);
  expect(await others(third)).toEqual([first.name, second.name]);
  expect(new Set([first.name, second.name, third.name]).size).toBe(3);
});

it("a tab alone, or in a browser without channels, has no others", async () => {
  expect(await others(new Tabs(browser()))).toEqual([]);
  expect([...(await new Tabs(() => null).others())]).toEqual([]);
});
