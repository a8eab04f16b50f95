import type { Page } from "playwright-core";
import { expect } from "vitest";

import type { EngineStatus, ImagePoint, ObjectRecord } from "../../src/engine";

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The workspace as a person uses it: mouse, keys and what is written; the engine itself is only read. */
export class Bench {
  constructor(readonly page: Page) {}

  /** Waits until the photograph can be worked on, or only looked at. */
  async opened(as: "edit" | "view" = "edit"): Promise<void> {
    await this.page.waitForURL(/\/p\/\d+\/t\/\d+$/);
    const state = (): Promise<string> => this.read(({ image, readOnly }) => `${image} ${readOnly ? "view" : "edit"}`);
    await expect.poll(state, { message: "the photograph is open" }).toBe(`ready ${as}`);
  }

  get taskId(): number {
    return Number(/\/t\/(\d+)/.exec(this.page.url())?.[1]);
  }

  status(): Promise<EngineStatus> {
    return this.read((status) => status);
  }

  async objects(): Promise<readonly ObjectRecord[]> {
    return this.page.evaluate(() => window.__cardinal?.engine.objects() ?? []);
  }

  /** Clicks these pixels of the photograph with the mouse, one after the other. */
  async click(...places: readonly Place[]): Promise<void> {
    for (const place of places) {
      const at = await this.onScreen(place);
      await this.page.mouse.move(at.x, at.y);
      await this.page.mouse.down();
      await this.page.mouse.up();
    }
  }

  async drag(from: Place, to: Place): Promise<void> {
    const [start, end] = [await this.onScreen(from), await this.onScreen(to)];
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2);
    await this.page.mouse.move(end.x, end.y);
    await this.page.mouse.up();
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Resolves with the number of the proposal that is under review. */
  async mask(): Promise<number> {
    await expect
      .poll(() => this.read(({ state, awaiting }) => `${state} ${awaiting}`), { message: "a mask is there" })
      .toBe("extreme.reviewing false");
    return (await this.status()).proposal?.proposalId ?? 0;
  }

  async accept(): Promise<void> {
    const before = (await this.objects()).length;
    await this.press("Space");
    await expect.poll(async () => (await this.objects()).length, { message: "the object is there" }).toBe(before + 1);
  }

  /** What is drawn at this pixel of the photograph and next to it, with the mouse out of the way. */
  async picture(place: Place): Promise<Buffer> {
    const { x, y } = await this.onScreen(place);
    await this.page.mouse.move(2, 2);
    return this.page.screenshot({ clip: { x: x - 4, y: y - 4, width: 8, height: 8 } });
  }

  saveState(): Promise<string> {
    return this.page.getByTestId("save-state").innerText();
  }

  /** Waits for these words of the save indicator. */
  async saves(words: string | RegExp): Promise<void> {
    const said = expect.poll(() => this.saveState(), { message: "the save indicator" });
    await (typeof words === "string" ? said.toBe(words) : said.toMatch(words));
  }

  hint(): Promise<string> {
    return this.page.locator("[data-hint]").innerText();
  }

  private async read<Answer>(select: (status: EngineStatus) => Answer): Promise<Answer> {
    const status = await this.page.evaluate(() => window.__cardinal?.engine.status() ?? null);
    if (status === null) return select({ image: "none" } as EngineStatus);
    return select(status);
  }

  private async onScreen(place: Place): Promise<Place> {
    return this.page.evaluate((point) => {
      const engine = window.__cardinal?.engine;
      const host = document.querySelector("[role='application']")?.getBoundingClientRect();
      if (engine === undefined || host === undefined) throw new Error("No task is open.");
      const at = engine.view.screenOf(point as ImagePoint);
      return { x: host.left + at.x, y: host.top + at.y };
    }, place);
  }
}
