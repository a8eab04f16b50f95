/** The scene, read from the engine's state whenever a layer is painted. */
import type { Camera } from "../camera";
import type { Core } from "../core";
import type { Box } from "../geometry";
import type { Picture } from "../platform";
import { draftViews } from "../tools/extreme/views";
import type { Tool } from "../tools/node";
import type { Toolbox } from "../tools/toolbox";
import type { ImagePoint, LabelStyle, ObjectRecord, Rle } from "../types";
import { Instead } from "./instead";
import type { DraftView, LiveMask, PolygonView, RingView, Scene } from "./scene";
import { PALETTES, type Palette } from "./theme";

export class EngineScene implements Scene {
  /** The objects without the one that is being painted; the same array as long as nothing changes. */
  private without: { all: readonly ObjectRecord[]; id: string; rest: readonly ObjectRecord[] } | null = null;

  private readonly instead = new Instead();

  constructor(
    private readonly core: Core,
    private readonly tools: Toolbox,
    private readonly tool: () => Tool,
  ) {}

  get camera(): Camera {
    return this.core.camera;
  }

  get pixelRatio(): number {
    return this.core.pixelRatio;
  }

  get palette(): Palette {
    return PALETTES[this.core.theme];
  }

  get tint(): number {
    const { outlinesOnly, maskOpacity } = this.core.settings;
    return outlinesOnly ? 0 : maskOpacity;
  }

  get pictureFilter(): string {
    return this.core.pictureFilter;
  }

  get picture(): Picture | null {
    return this.core.picture;
  }

  get objects(): readonly ObjectRecord[] {
    return this.instead.apply(this.unpainted, this.core.instead);
  }

  private get unpainted(): readonly ObjectRecord[] {
    const all = this.core.visible;
    const id = this.tools.painter?.hidden ?? null;
    if (id === null) return all;
    if (this.without?.all !== all || this.without.id !== id) {
      this.without = { all, id, rest: all.filter((record) => record.id !== id) };
    }
    return this.without.rest;
  }

  get labels(): readonly LabelStyle[] {
    return this.core.labels;
  }

  get selection(): string | null {
    const { selection, visibility } = this.core;
    return selection !== null && visibility.isHidden(selection) ? null : selection;
  }

  get hovered(): ObjectRecord | null {
    return this.core.records.get(this.core.hoveredId ?? "") ?? null;
  }

  get drafts(): readonly DraftView[] {
    return draftViews(this.tools.extreme, this.tools.clicking);
  }

  get live(): LiveMask | null {
    return this.tools.painter?.live ?? null;
  }

  get ring(): RingView | null {
    return this.tools.painter?.ring ?? null;
  }

  get polygon(): PolygonView | null {
    return this.tools.polygon.view;
  }

  get band(): Box | null {
    return this.tools.box.band;
  }

  get preview(): Rle | null {
    return this.tools.extreme.preview.mask;
  }

  get crosshair(): ImagePoint | null {
    return this.aim;
  }

  get magnified(): ImagePoint | null {
    return this.core.settings.magnifier && this.tool().current.magnifies ? this.aim : null;
  }

  colorOf(record: ObjectRecord): string {
    return this.core.colorOf(record);
  }

  /** The point being moved, else the pointer, as long as a tool that aims may use it. */
  private get aim(): ImagePoint | null {
    const { core, tools } = this;
    if (core.readOnly) return null;
    if (tools.polygon.active) return tools.polygon.aim;
    return tools.clicking ? (tools.extreme.held?.point ?? core.pointerOnImage) : null;
  }
}
