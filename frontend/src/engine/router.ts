/** Leads input to the tool in hand; the wheel zooms (with Alt it changes the brush), and the middle button or Space borrows the pan tool. */
import type { Core } from "./core";
import { clamp, screenPoint } from "./geometry";
import type { InputListener, PointerButton } from "./input";
import type { PanTool } from "./tools/pan/tool";
import type { Tool } from "./tools/node";
import { Touches } from "./touches";
import type { Keeping, ScreenPoint, ToolName } from "./types";

const WHEEL_ZOOM = 0.0018;
const PINCH_ZOOM = 0.01;
/** One turn of a coarse wheel at most. */
const MOST_WHEEL = 240;

const KEEPING_TOOLS: ReadonlySet<ToolName> = new Set(["brush", "eraser", "polygon"]);

export interface RouterHost {
  readonly core: Core;
  readonly pan: PanTool;
  tool(): Tool;
  /** Something may have changed: tell the user interface now. */
  changed(): void;
  resize(width: number, height: number, ratio: number): void;
  /** A secondary click that the tool in hand has no use for. */
  secondary(at: ScreenPoint): void;
}

export class Router implements InputListener {
  private lent = false;
  private spaceHeld = false;
  private spaceUsed = false;
  private keptBy: string | null = null;

  private readonly touches: Touches;

  constructor(private readonly host: RouterHost) {
    this.touches = new Touches({
      aimsAt: (at) => this.receiver().current.aimsAt?.({ at, coarse: true }) ?? false,
      hover: (at) => host.core.pointAt(at),
      press: (at) => this.pointerDown(at, "primary", true),
      move: (at) => this.pointerMove(at),
      release: (at) => this.pointerUp(at),
      interrupt: (early) => this.interrupt(early),
      leave: () => this.pointerLeft(),
      secondary: (at) => this.secondary(at),
      drag: (from, to, factor) => this.dragView(from, to, factor),
      after: (ms, then) => host.core.after(ms, then),
      now: () => host.core.now(),
    });
  }

  pointerDown(at: ScreenPoint, button: PointerButton, coarse = false): void {
    const { core, pan } = this.host;
    core.noticed = null;
    core.pointAt(at);
    if ((button === "middle" || this.spaceHeld) && !pan.active) this.borrowPan();
    this.receiver().current.onPointerDown?.({ at, coarse });
    this.host.changed();
  }

  /** The user interface hears of it with the next frame. */
  pointerMove(at: ScreenPoint): void {
    this.receiver().current.onPointerMove?.({ at });
    this.host.core.pointAt(at);
  }

  pointerUp(at: ScreenPoint): void {
    this.receiver().current.onPointerUp?.({ at });
    this.returnPan();
    this.host.changed();
  }

  pointerLost(): void {
    this.spaceHeld = false;
    this.letGo();
    this.receiver().current.onInterrupt();
    this.returnPan();
    this.host.changed();
  }

  pointerLeft(): void {
    this.host.core.pointAt(null);
    this.host.core.hover(null);
  }

  secondary(at: ScreenPoint): void {
    const { core } = this.host;
    core.noticed = null;
    core.pointAt(at);
    if (this.receiver().current.onSecondary?.({ at }) !== true) this.host.secondary(at);
    this.host.changed();
  }

  fingerDown(id: number, at: ScreenPoint): void {
    this.touches.down(id, at);
  }

  fingerMove(id: number, at: ScreenPoint): void {
    this.touches.move(id, at);
  }

  fingerUp(id: number, at: ScreenPoint): void {
    this.touches.up(id, at);
  }

  fingerLost(id: number): void {
    this.touches.lost(id);
  }

  penIs(state: "known" | "down"): void {
    this.touches.penIs(state);
  }

  scrolledAcross(delta: number): void {
    this.dragView(screenPoint(0, 0), screenPoint(-delta, 0), 1);
  }

  wheel(at: ScreenPoint, delta: number, pinch: boolean, alt: boolean): void {
    const { core } = this.host;
    if (alt) {
      if (delta !== 0) this.host.tool().current.onKey?.({ name: "brushSize", by: delta > 0 ? -1 : 1 });
      this.host.changed();
      return;
    }
    const turn = clamp(delta, -MOST_WHEEL, MOST_WHEEL) * (pinch ? PINCH_ZOOM : WHEEL_ZOOM);
    core.camera.zoomTo(core.camera.scale * Math.exp(-turn), at);
    core.viewChanged();
    this.host.changed();
  }

  /** Space accepts when it is let go without having panned, so that looking closer accepts nothing. */
  spaceDown(): boolean {
    if (this.spaceHeld) return true;
    this.spaceHeld = true;
    this.spaceUsed = false;
    this.host.core.setCursor("grab");
    return true;
  }

  /** `key` keeps what is drawn inside or outside of the selected object as long as it is down. */
  keepDown(where: Keeping, key: string): boolean {
    if (!KEEPING_TOOLS.has(this.host.tool().name)) return false;
    this.keptBy = key.toLowerCase();
    this.host.core.keeping = where;
    this.host.core.repaint("overlay");
    return true;
  }

  keyUp(key: string): boolean {
    if (key.toLowerCase() === this.keptBy) {
      this.letGo();
      this.host.changed();
      return true;
    }
    if (key !== " " || !this.spaceHeld) return false;
    this.spaceHeld = false;
    if (!this.lent) this.host.core.setCursor(this.host.tool().cursor);
    if (!this.spaceUsed) this.host.tool().current.onKey?.({ name: "accept" });
    this.host.changed();
    return true;
  }

  resized(width: number, height: number, ratio: number): void {
    this.host.resize(width, height, ratio);
  }

  private interrupt(early: boolean): void {
    if (early) this.receiver().current.onCancel();
    this.pointerLost();
  }

  private dragView(from: ScreenPoint, to: ScreenPoint, factor: number): void {
    const { core } = this.host;
    core.camera.panBy(to.x - from.x, to.y - from.y);
    if (factor !== 1) core.camera.zoomTo(core.camera.scale * factor, to);
    core.viewChanged();
    this.host.changed();
  }

  private letGo(): void {
    this.keptBy = null;
    this.host.core.keeping = null;
    this.host.core.repaint("overlay");
  }

  private receiver(): Tool {
    return this.lent ? this.host.pan : this.host.tool();
  }

  private borrowPan(): void {
    this.lent = true;
    this.spaceUsed = true;
    this.host.pan.enter();
  }

  private returnPan(): void {
    if (!this.lent) return;
    this.lent = false;
    this.host.pan.leave();
    this.host.core.setCursor(this.host.tool().cursor);
  }
}
