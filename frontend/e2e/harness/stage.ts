import { appendFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser, type BrowserContext, type ConsoleMessage, type Page } from "playwright-core";
import { expect, inject, test as base } from "vitest";

import { fileName, resultsFolder } from "./places";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
export const PASSWORD = "demo";
/** What the browser itself writes when a request fails or is refused; the tests look at what the page makes of it. */
const NETWORK = /^(Failed to load resource|WebSocket connection to )/;
const WAIT_MS = 20_000;

export interface Look {
  readonly theme?: "light" | "dark";
  readonly size?: readonly [width: number, height: number];
  readonly scale?: number;
}

/** One person at one browser of their own: cookies, storage and console are shared with nobody. */
export class Visitor {
  readonly console: string[] = [];
  readonly problems: string[] = [];

  constructor(
    readonly name: string,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    this.watch(page);
  }

  /** Another tab of the same browser. */
  async newTab(): Promise<Page> {
    const page = await this.context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    this.watch(page);
    return page;
  }

  private watch(page: Page): void {
    page.on("console", (message) => this.said(message));
    page.on("pageerror", (error) => {
      this.console.push(`[uncaught] ${error.stack ?? error.message}`);
      this.problems.push(error.message);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) this.console.push(`[${response.status()}] ${response.url()}`);
    });
  }

  private said(message: ConsoleMessage): void {
    const text = message.text();
    this.console.push(`[${message.type()}] ${text}`);
    if (message.type() === "error" && !NETWORK.test(text)) this.problems.push(text);
  }
}

/** Opens browsers for one test and, when it fails, keeps what they showed and said. */
export class Stage {
  private readonly visitors: Visitor[] = [];

  constructor(private readonly browser: Browser) {}

  get url(): string {
    return inject("stack").url;
  }

  /** A browser in which nobody is signed in. */
  async stranger(name = "stranger", look: Look = {}): Promise<Visitor> {
    const [width, height] = look.size ?? [1280, 720];
    const context = await this.browser.newContext({
      baseURL: this.url,
      viewport: { width, height },
      deviceScaleFactor: look.scale ?? 1,
      colorScheme: look.theme ?? "light",
      reducedMotion: "reduce",
      acceptDownloads: true,
      locale: "en-GB",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const visitor = new Visitor(name, context, page);
    this.visitors.push(visitor);
    return visitor;
  }

  /** A browser with a session, without the detour through the sign-in page. */
  async visitor(username: string, look: Look = {}): Promise<Visitor> {
    const visitor = await this.stranger(username, look);
    const answer = await visitor.context.request.post("/api/auth/login", {
      data: { username, password: PASSWORD },
    });
    expect(answer.status()).toBe(200);
    return visitor;
  }

  async keepEvidence(test: string): Promise<void> {
    for (const [index, visitor] of this.visitors.entries()) {
      const path = join(resultsFolder("failures"), fileName(test, String(index + 1), visitor.name));
      const shown = visitor.context.pages();
      appendFileSync(`${path}.log`, [...shown.map((page) => page.url()), ...visitor.console, ""].join("\n"));
      for (const [tab, page] of shown.entries()) {
        await page.screenshot({ path: `${path}-${tab + 1}.png`, timeout: 5_000 }).catch(() => undefined);
      }
    }
  }

  async close(): Promise<void> {
    for (const visitor of this.visitors) await visitor.context.close();
  }

  /** Uncaught errors and refused content of all pages of this test. */
  problems(): string[] {
    return this.visitors.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
  }
}

/** The browser that CHROMIUM names, by path or by name, or else the first that is installed. */
function executable(): string {
  const given = process.env["CHROMIUM"];
  const names = given === undefined || given === "" ? BROWSERS : [given];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const paths = names.flatMap((name) => (name.includes("/") ? [name] : folders.map((folder) => join(folder, name))));
  const found = paths.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (found === undefined) throw new Error("These tests need Chromium; install it, or set CHROMIUM to the path of one.");
  return found;
}

/** `test` with a `stage` for each test and one browser for each file. A page that reports an error fails its test. */
export const test = base
  .extend("launch", { scope: "file" }, { executablePath: executable(), args: FLAGS })
  .extend("browser", { scope: "file" }, async ({ launch }, { onCleanup }) => {
    const browser = await chromium.launch(launch);
    onCleanup(() => browser.close());
    return browser;
  })
  .extend("stage", ({ browser, task }, { onCleanup }) => {
    const stage = new Stage(browser);
    onCleanup(async () => {
      const problems = stage.problems();
      if (task.result?.state === "fail" || problems.length > 0) await stage.keepEvidence(task.name);
      await stage.close();
      expect(problems).toEqual([]);
    });
    return stage;
  });
