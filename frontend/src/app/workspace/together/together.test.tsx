import { act, fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import { ApiError } from "../../../api/errors";
import type { Presence, User } from "../../../api/types";
import { boxMask } from "../../../engine/testing/bench";
import { ana, anAnnotation, ben } from "../../../sync/testing/factories";
import { settle } from "../../../sync/testing/fakes";
import { Floor } from "../testing/floor";
import { ConflictCard } from "./ConflictCard";
import { EditWarning } from "./EditWarning";
import { LostSteps } from "./LostSteps";
import { PeopleHere } from "./PeopleHere";
import { TogetherLayer } from "./TogetherLayer";

const SINCE = "2026-01-02T03:04:05Z";
const LATER = "2026-01-02T03:04:06Z";
const lou: User = { id: 9, username: "lou" };
const mask = boxMask(150, 150, 100, 100);
const cup = anAnnotation("a", { mask: { ...mask, size: [...mask.size] }, bbox: [150, 150, 100, 100], area: 10_000 });

function presence(people: [user: User, pages: number][], editing: [by: User, page: string, since: string][] = []): Presence {
  return {
    type: "presence.changed",
    revision: 1,
    you: "here",
    people: people.map(([user, pages]) => ({ user, initials: user.username.slice(0, 2).toUpperCase(), since: SINCE, pages })),
    editing: editing.map(([by, connection, since]) => ({ object_id: 100, by, connection, since })),
  };
}

const moved = (x: number, object_id: number | null = null) =>
  ({ type: "pointer.moved", connection: "c2", user: ben, initials: "BE", x, y: 200, tool: "brush", object_id }) as const;

const open = (): Promise<Floor> => Floor.open({ task: { annotations: [cup] } });

beforeEach(() => {
  localStorage.clear();
});

describe("people on this task", () => {
  it("are named, another tab of one's own too, and said aloud when they come and go", async () => {
    const floor = await open();
    await floor.show(<PeopleHere />);
    await floor.happens(() => floor.line.onEvent(presence([[ana, 1]])));
    expect(screen.queryByRole("img")).toBeNull();
    await floor.happens(() => floor.line.onEvent(presence([[ana, 2], [ben, 1]])));
    expect(screen.getByRole("img").getAttribute("aria-label")).toBe("Also on this task: ben, you, in another tab");
    expect(screen.getByRole("status").textContent).toBe("ben has opened this task");
    await floor.happens(() => floor.line.onEvent(presence([[ana, 1], [ben, 1], [lou, 1]])));
    expect(screen.getByRole("status").textContent).toBe("lou has opened this task");
    await floor.happens(() => floor.line.onEvent(presence([[ana, 1], [lou, 1]])));
    expect(screen.getByRole("status").textContent).toBe("ben has left this task");
    expect(screen.getByRole("img").getAttribute("aria-label")).toBe("Also on this task: lou");
  });

  it("include whoever holds the task while nobody can be asked", async () => {
    const floor = await Floor.open({ task: { lease: { holder: ben, expires_at: "" } } });
    await floor.show(<PeopleHere />);
    expect(screen.getByRole("img").getAttribute("aria-label")).toBe("Also on this task: ben");
  });
});

describe("over the picture", () => {
  const transform = (): string | undefined => screen.queryByTestId("pointer")?.style.transform;

  it("a pointer stands where its person points, with initials, and keeps its place when the camera moves", async () => {
    const floor = await open();
    await floor.show(<TogetherLayer />);
    await floor.happens(() => floor.line.onEvent(moved(100)));
    expect(screen.getByTestId("pointer").textContent).toBe("BE");
    const { view } = floor.bench.engine;
    const before = transform();
    expect(before).toMatch(/^translate\([\d.]+px, [\d.]+px\)$/);
    await floor.happens(() => {
      view.zoomBy(2);
      floor.bench.fake.frame();
    });
    expect(transform()).not.toBe(before);
    expect(screen.getByTestId("pointer").style.transition).toBe("none");
    await floor.happens(() => floor.line.onEvent(moved(101)));
    expect(screen.getByTestId("pointer").style.transition).toBe("");
  });

  it("the object that another one has selected or edits is outlined, with who it is", async () => {
    const floor = await open();
    const { container } = await floor.show(<TogetherLayer />);
    const path = (): string | null | undefined => container.querySelector("path[data-kind=other]")?.getAttribute("d");
    await floor.happens(() => floor.line.onEvent(moved(100, 100)));
    expect(path()).toMatch(/^M(149|249)\.5 (149|249)\.5L/);
    expect(screen.getByText("ben edits this")).toBeTruthy();
    await floor.happens(() => floor.line.onEvent(moved(100)));
    expect(path()).toBeUndefined();
    await floor.happens(() => floor.line.onEvent(presence([[ana, 2]], [[ana, "there", SINCE]])));
    expect(screen.getByText("Your other tab")).toBeTruthy();
    await floor.happens(() => floor.line.onEvent(presence([[ana, 1]], [[ana, "here", SINCE]])));
    expect(path()).toBeUndefined();
  });

  it("what somebody else has just changed is marked, and what one did oneself is not", async () => {
    const floor = await open();
    const { container } = await floor.show(<TogetherLayer />);
    const marked = (): number => container.querySelectorAll("path[data-kind=changed]").length;
    const change = (version: number, updated_by: User): void =>
      floor.line.onEvent({ type: "annotation.changed", annotation: { ...cup, version, updated_by } });
    await floor.happens(() => change(2, ana));
    expect(marked()).toBe(0);
    await floor.happens(() => change(3, ben));
    expect(marked()).toBe(1);
  });
});

describe("before one edits what another one edits", () => {
  const warning = (): string | undefined => screen.queryByRole("alert")?.querySelector("span")?.textContent ?? undefined;

  it("a warning names them, and leaves the choice to go on or only to look", async () => {
    const floor = await open();
    await floor.show(<EditWarning />);
    await floor.happens(() => floor.line.onEvent(presence([[ana, 1], [ben, 1]], [[ben, "c2", SINCE]])));
    expect(warning()).toBeUndefined();
    await floor.happens(() => floor.bench.engine.select("a"));
    expect(warning()).toBe("ben is editing this object. If you change it too, one of you will have to choose.");
    fireEvent.click(screen.getByRole("button", { name: "Only look" }));
    expect([floor.bench.status.selection, warning()]).toEqual([null, undefined]);
    await floor.happens(() => floor.bench.engine.select("a"));
    fireEvent.click(screen.getByRole("button", { name: "Edit anyway" }));
    expect([floor.bench.status.selection, warning()]).toEqual(["a", undefined]);
  });

  it("whoever was there first is not warned of the second, and a second tab of one's own counts", async () => {
    const floor = await open();
    await floor.show(<EditWarning />);
    await floor.happens(() => floor.bench.engine.select("a"));
    expect(floor.frames).toContainEqual({ type: "editing", object_id: 100 });
    const both: [User, string, string][] = [[ana, "here", SINCE], [ana, "there", LATER]];
    await floor.happens(() => floor.line.onEvent(presence([[ana, 2]], both)));
    expect(warning()).toBeUndefined();
    await floor.happens(() => floor.line.onEvent(presence([[ana, 2]], [[ana, "here", LATER], [ana, "there", SINCE]])));
    expect(warning()).toMatch(/^You are editing this object in another tab\./);
  });

  it("somebody who can only look is not warned and announces nothing", async () => {
    const floor = await Floor.open({ role: "viewer", task: { annotations: [cup], lease: null } });
    await floor.show(<EditWarning />);
    await floor.happens(() => floor.bench.engine.select("a"));
    await floor.happens(() => floor.line.onEvent(presence([[ana, 1], [ben, 1]], [[ben, "c2", SINCE]])));
    expect([warning(), floor.frames]).toEqual([undefined, []]);
  });
});

describe("two versions of one object", () => {
  const theirs = { mask: { ...mask, size: [...mask.size], counts: boxMask(100, 100, 50, 50).counts }, area: 2_500 };

  async function conflicted(current = { ...cup, ...theirs, version: 2, label_id: 2, updated_by: ben }): Promise<Floor> {
    const floor = await open();
    await floor.show(
      <>
        <ConflictCard />
        <TogetherLayer />
      </>,
    );
    const mine = floor.bench.engine.objects()[0];
    if (mine === undefined) throw new Error("the object is there");
    await floor.happens(() => floor.bench.engine.history.edit("redraw", { put: [{ ...mine, area: 81, mask: boxMask(0, 0, 9, 9) }] }));
    await floor.refuse(new ApiError(409, "stale_version", "", { current }));
    return floor;
  }
  const labels = (floor: Floor): unknown[] => floor.bench.engine.objects().map(({ labelId, area }) => [labelId, area]);
  const buttons = (): (string | null)[] =>
    within(screen.getByRole("group")).getAllByRole("button").map((button) => button.textContent);
  const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

  it("are told apart by words and drawn on the picture, until one is chosen", async () => {
    const floor = await conflicted();
    const card = screen.getByRole("group", { name: "Two versions of one object" });
    expect(within(card).getByRole("alert").textContent).toMatch(/^ben changed this object .*, before your change arrived\. Which one stays\?$/);
    expect(within(card).getAllByRole("listitem").map((item) => item.textContent)).toEqual([
      "Yours: cat, 81 pixels",
      "Theirs: cup, 2,500 pixels",
    ]);
    expect(buttons()).toEqual(["Keep mine", "Keep theirs", "Keep both", "Show it"]);
    const kinds = [...document.querySelectorAll("path[data-kind]")].map((path) => path.getAttribute("data-kind"));
    expect(kinds).toEqual(["theirs", "mine"]);
    press("Keep theirs");
    expect([labels(floor), screen.queryByRole("group")]).toEqual([[[2, 2_500]], null]);
    expect(floor.sent.length).toBe(1);
  });

  it("mine is sent on top of theirs, and undo takes the choice back", async () => {
    const floor = await conflicted();
    press("Keep mine");
    expect(labels(floor)).toEqual([[1, 81]]);
    expect(floor.sent.at(-1)).toMatchObject({ kind: "update", body: { version: 2, label_id: 1 } });
    act(() => floor.bench.engine.undo());
    expect(labels(floor)).toEqual([[2, 2_500]]);
  });

  it("both: mine becomes an object of its own", async () => {
    const floor = await conflicted();
    press("Keep both");
    expect(labels(floor)).toEqual([[2, 2_500], [1, 81]]);
    expect(floor.sent.at(-1)).toMatchObject({ kind: "create", body: { label_id: 1 } });
  });

  it("theirs deleted: mine can be kept, or the object left deleted", async () => {
    const floor = await conflicted({ ...cup, version: 2, deleted: true, label_id: 1, updated_by: ben });
    expect(labels(floor)).toEqual([]);
    expect(buttons()).toEqual(["Keep mine", "Leave it deleted"]);
    press("Keep mine");
    expect(labels(floor)).toEqual([[1, 81]]);
    expect(floor.sent.at(-1)).toMatchObject({ kind: "restore", body: { version: 2, deleted: false } });
  });

  it("mine waits while the task is somebody else's", async () => {
    const floor = await conflicted();
    await floor.happens(() => floor.bench.engine.setReadOnly(true));
    press("Keep mine");
    expect([labels(floor), floor.session.snapshot().conflicts.length]).toEqual([[[2, 2_500]], 1]);
  });
});

it("steps of an earlier visit that cannot be undone any more are told, until dismissed", async () => {
  const earlier = await open();
  const [before] = earlier.bench.engine.objects();
  if (before === undefined) throw new Error("the object is there");
  await earlier.happens(() => earlier.bench.engine.history.edit("relabel", { put: [{ ...before, labelId: 2 }] }));
  await act(settle);
  const changed = { ...cup, label_id: 3, version: 2, updated_by: ben };
  const floor = await Floor.open({ task: { annotations: [changed] }, histories: earlier.store.histories });
  await floor.show(<LostSteps />);
  expect(screen.getByRole("status").querySelector("span")?.textContent).toBe(
    "1 earlier step cannot be undone any more: the object was changed elsewhere since.",
  );
  fireEvent.click(screen.getByRole("button", { name: "Got it" }));
  expect(screen.queryByRole("status")).toBeNull();
});
