import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Role, TaskDetail } from "../../../api/types";
import { ana, aTask } from "../../../sync/testing/factories";
import { serve, type Asked } from "../../../testing/server";
import { Floor } from "../testing/floor";
import type { Flow } from "../useFlow";
import { DayButton } from "./DayButton";
import { GuideBeside, GuideButton } from "./GuideBeside";
import { guidePanel, textMark } from "./guidePanel";
import { Preparing } from "./Preparing";
import { markForms } from "./markForms";
import { mayTakeBack } from "./marks";
import { TaskMarks } from "./TaskMarks";

const ben = { id: 99, username: "ben" };
const mark = (by: typeof ben) => ({ reason: "unclear", text: "Which cup?", by, at: "2026-11-22T10:00:00Z" }) as const;
const decide = vi.fn();
const flow: Flow = { decisions: ["submit"], busy: false, problem: null, done: null, decide, next: () => {}, dismiss: () => {} };

async function show(task: Partial<TaskDetail> = {}, role: Role = "annotator"): Promise<Floor> {
  const floor = await Floor.open({ role, task: { lease: { holder: ana, expires_at: "2999-01-01T00:00:00Z" }, ...task } });
  await floor.show(<TaskMarks flow={flow} />);
  return floor;
}

beforeEach(() => {
  localStorage.clear();
  decide.mockReset();
});

describe("skipping", () => {
  it("needs a reason, and words for another one, and goes on with both", async () => {
    serve({});
    await show();
    await userEvent.click(screen.getByRole("button", { name: "Skip" }));
    const send = screen.getByRole<HTMLButtonElement>("button", { name: "Skip and go on" });
    expect(send.disabled).toBe(true);
    await userEvent.click(screen.getByRole("radio", { name: "Something else" }));
    await userEvent.click(send);
    expect(screen.getByText("Say in a few words what is the matter.")).toBeTruthy();
    expect(decide).not.toHaveBeenCalled();
    fireEvent.change(screen.getByLabelText("Note"), { target: { value: " It is upside down. " } });
    await userEvent.click(screen.getByRole("checkbox", { name: "Ask an admin to look at it, too" }));
    fireEvent.keyDown(screen.getByLabelText("Note"), { key: "Enter", ctrlKey: true });
    expect(decide.mock.calls).toEqual([
      [{ kind: "skip", skip: { reason: "other", text: "It is upside down.", flag: true } }],
    ]);
  });

  it("unfolds by its command, and folds with Escape", async () => {
    const floor = await show();
    await floor.happens(() => markForms.unfold("skip"));
    const form = await screen.findByText("Skip this task");
    fireEvent.keyDown(form, { key: "Escape" });
    await waitFor(() => expect(markForms.unfolded()).toBeNull());
  });

  it("is not offered for a submitted task, nor to viewers", async () => {
    await show({ state: "submitted", lease: null });
    expect(screen.queryByRole("button", { name: "Skip" })).toBeNull();
    expect(screen.getByRole("button", { name: "Flag" })).toBeTruthy();
  });

  it("shows who skipped and why, and an admin takes the skip back", async () => {
    const back = aTask({ state: "open", lease: { holder: ana, expires_at: "2999-01-01T00:00:00Z" } });
    const asked = serve({ "POST /api/tasks/7/unskip": () => back });
    const floor = await show({ state: "skipped", skip: mark(ben) }, "admin");
    await userEvent.click(screen.getByRole("button", { name: "Skipped by ben" }));
    expect(screen.getByText("Unclear what to label")).toBeTruthy();
    expect(screen.getByText("Which cup?")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Take the skip back" }));
    await waitFor(() => expect(floor.session.snapshot().task?.state).toBe("open"));
    expect(asked).toEqual([{ method: "POST", path: "/api/tasks/7/unskip", body: "" }]);
    expect(screen.getByRole("button", { name: "Skip" })).toBeTruthy();
  });

  it("belongs to who did it, else to admins", () => {
    expect(mayTakeBack(mark(ben), "annotator", 99)).toBe(true);
    expect(mayTakeBack(mark(ben), "reviewer", 1)).toBe(false);
    expect(mayTakeBack(mark(ben), "viewer", 99)).toBe(false);
    expect(mayTakeBack(mark(ben), "admin", 1)).toBe(true);
  });
});

describe("flagging", () => {
  it("sends reason and note, and shows the flag at once", async () => {
    const asked: Asked[] = serve({ "POST /api/tasks/7/flag": () => aTask({ flag: mark(ben) }) });
    await show();
    await userEvent.click(screen.getByRole("button", { name: "Flag" }));
    await userEvent.click(screen.getByRole("radio", { name: "Bad image" }));
    fireEvent.change(screen.getByLabelText("Note"), { target: { value: "Blurred" } });
    await userEvent.click(screen.getByRole("button", { name: "Flag this task" }));
    expect(await screen.findByRole("button", { name: "Flagged by ben" })).toBeTruthy();
    expect(asked.map(({ body }) => body)).toEqual([{ reason: "bad_image", text: "Blurred" }]);
  });

  it("says why it did not work, and keeps what was written", async () => {
    const error = { code: "already_flagged", message: "ben has flagged this task already. Write a comment.", details: {} };
    serve({ "POST /api/tasks/7/flag": () => ({ error }) });
    await show();
    await userEvent.click(screen.getByRole("button", { name: "Flag" }));
    await userEvent.click(screen.getByRole("radio", { name: "Bad image" }));
    await userEvent.click(screen.getByRole("button", { name: "Flag this task" }));
    expect((await screen.findByRole("alert")).textContent).toBe(error.message);
    expect(screen.getByRole("button", { name: "Flag this task" })).toBeTruthy();
  });

  it("of somebody else stays for an annotator", async () => {
    await show({ flag: mark(ben) });
    await userEvent.click(screen.getByRole("button", { name: "Flagged by ben" }));
    expect(screen.getByText("Which cup?")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Take the flag away" })).toBeNull();
  });
});

describe("the guide beside the image", () => {
  const open = async (guide: string): Promise<void> => {
    const floor = await Floor.open({ project: { guide } });
    await floor.show(
      <>
        <GuideButton />
        <GuideBeside>
          <p>canvas</p>
        </GuideBeside>
      </>,
    );
  };

  it("unfolds at the side, stays unfolded, and folds with Escape", async () => {
    serve({});
    await open("# Cups\n\nOnly **whole** cups.");
    const button = screen.getByRole("button", { name: "Guide" });
    expect(button.getAttribute("aria-expanded")).toBe("false");
    await userEvent.click(button);
    expect(screen.getByRole("heading", { name: "Cups", level: 3 })).toBeTruthy();
    expect(screen.getByText("canvas")).toBeTruthy();
    expect(guidePanel.isOpen()).toBe(true);
    fireEvent.keyDown(screen.getByRole("heading", { name: "Cups" }), { key: "Escape" });
    expect(screen.queryByRole("heading", { name: "Cups" })).toBeNull();
    expect(guidePanel.isOpen()).toBe(false);
  });

  it("shows only pictures of the guide, and no tag as a tag", async () => {
    const picture = { name: "cup.png", url: "/api/pictures/cup.png?v=1", width: 40, height: 30 };
    serve({ "GET /api/projects/3/guide/pictures": () => ({ results: [picture], next: null }) });
    guidePanel.set(true);
    await open("![a cup](cup.png) ![x](https://evil.org/x.png) <img src=x>");
    const shown = await screen.findByRole("img", { name: "a cup" });
    expect(shown.getAttribute("src")).toBe(picture.url);
    expect(screen.getAllByRole("img")).toHaveLength(1);
    expect(screen.getByText("<img src=x>", { exact: false })).toBeTruthy();
  });

  it("says that it has changed since it was read, and not the first time", async () => {
    await open("new words");
    expect(screen.getByRole("button", { name: "Guide" })).toBeTruthy();
    localStorage.setItem("cardinal.guide.read.3", textMark("old words"));
    expect(guidePanel.hasChanged(3, "new words")).toBe(true);
    guidePanel.wasRead(3, "new words");
    expect(guidePanel.hasChanged(3, "new words")).toBe(false);
  });

  it("offers nothing where there is none", async () => {
    guidePanel.set(true);
    await open("  ");
    expect(screen.queryByRole("button", { name: "Guide" })).toBeNull();
    expect(screen.queryByRole("region")).toBeNull();
  });
});

describe("the day", () => {
  it("counts today's objects in the bar and tells the rest on a press", async () => {
    const day = { objects: 34, images: 5, seconds: 1_275, median_seconds_per_object: 21.4 };
    serve({ "GET /api/projects/3/my-day": () => day });
    const floor = await Floor.open();
    await floor.show(<DayButton />);
    await userEvent.click(await screen.findByRole("button", { name: "34 objects today" }));
    const said = screen.getAllByRole("definition").map((each) => each.textContent);
    expect(said).toEqual(["34", "5", "21 min", "21 s"]);
  });
});

describe("a large image", () => {
  const tiles = { side: 512, levels: 6, url: "/api/images/5/tiles/{level}/{x}/{y}", state_url: "/api/images/5/tiles" };

  it("says that it is prepared until it is", async () => {
    let state = "making";
    serve({ "GET /api/images/5/tiles": () => ({ state }) });
    const floor = await Floor.open({ task: { image: { ...aTask().image, tiles } } });
    await floor.show(<Preparing />);
    expect(await screen.findByText("Preparing full detail…")).toBeTruthy();
    state = "ready";
    await waitFor(() => expect(screen.queryByText("Preparing full detail…")).toBeNull(), { timeout: 3_000 });
  });

  it("that is small asks for nothing", async () => {
    const asked = serve({});
    const floor = await Floor.open();
    await floor.show(<Preparing />);
    expect(asked).toEqual([]);
  });
});
