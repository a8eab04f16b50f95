/** All masks: the objects in their labels' colours, and the proposals of the objects being clicked. */
import { boxesMeet, type Box } from "../geometry";
import type { Surface } from "../platform";
import type { ObjectRecord } from "../types";
import type { LoopLayer } from "./loop";
import type { MaskArt } from "./maskBitmap";
import { BITMAP_BUDGET, type MaskCache } from "./maskCache";
import type { DraftView, Scene } from "./scene";
import { MARK_DARK, OUTLINE_WIDTH, SELECTED_WIDTH, TINT_ALPHA } from "./theme";
import { strideFor, drawInImageSpace, visibleBox } from "./view";

/** Time for making masks ready within one frame; the rest follows in the next ones. */
const MAKING_MS = 8;
const OUTDATED_ALPHA = 0.4;
const WAITING_ALPHA = 0.6;

interface Drawn {
  readonly record: ObjectRecord;
  readonly art: MaskArt;
}

function boxOfRecord(record: ObjectRecord): Box {
  const [x = 0, y = 0, width = 0, height = 0] = record.bbox;
  return { x, y, width, height };
}

export class MaskLayer implements LoopLayer {
  constructor(
    private readonly surface: Surface,
    private readonly scene: Scene,
    private readonly cache: MaskCache,
    private readonly now: () => number,
    /** Called when some masks are still to be made. */
    private readonly again: () => void,
  ) {}

  paint(): void {
    const { context } = this.surface;
    const { camera, pixelRatio } = this.scene;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.surface.width, this.surface.height);
    drawInImageSpace(context, camera, pixelRatio);
    context.lineJoin = "round";
    context.imageSmoothingEnabled = camera.scale < 1;
    const drawn = this.drawnObjects();
    for (const { art } of drawn) this.tint(art, TINT_ALPHA);
    for (const { record, art } of drawn) {
      if (record.id !== this.scene.selection) this.outline(art, art.color, OUTLINE_WIDTH);
    }
    const selected = drawn.find(({ record }) => record.id === this.scene.selection);
    if (selected !== undefined) this.outlineSelected(selected.art);
    for (const draft of this.scene.drafts) this.proposal(draft);
    context.globalAlpha = 1;
  }

  private drawnObjects(): Drawn[] {
    const view = visibleBox(this.scene.camera);
    const visible = this.scene.objects.filter((record) => boxesMeet(boxOfRecord(record), view));
    const stride = this.affordableStride(visible);
    const deadline = this.now() + MAKING_MS;
    const drawn: Drawn[] = [];
    let made = 0;
    let missing = false;
    for (const record of visible) {
      const color = this.scene.colorOf(record);
      let art = this.cache.ready(record.mask, color, stride);
      // At least one in each frame, so that there is progress however slow the machine is.
      if (art === null && (made === 0 || this.now() < deadline)) {
        art = this.cache.make(record.mask, color, stride);
        if (art !== null) made += 1;
      } else if (art === null) {
        art = this.cache.any(record.mask);
        missing = true;
      }
      if (art !== null) drawn.push({ record, art });
    }
    if (missing) this.again();
    return drawn;
  }

  /** Coarser than the screen only when so many large masks lie on each other that memory would run short. */
  private affordableStride(visible: readonly ObjectRecord[]): number {
    const cells = visible.reduce((sum, record) => sum + boxOfRecord(record).width * boxOfRecord(record).height, 0);
    let stride = this.stride;
    while ((cells * 4) / stride ** 2 > BITMAP_BUDGET / 2) stride *= 2;
    return stride;
  }

  private get stride(): number {
    return strideFor(this.scene.camera.scale, this.scene.pixelRatio);
  }

  private tint(art: MaskArt, alpha: number): void {
    const { context } = this.surface;
    const { bitmap, box, stride } = art;
    context.globalAlpha = alpha;
    context.drawImage(bitmap.source, box.x, box.y, bitmap.width * stride, bitmap.height * stride);
  }

  private outline(art: MaskArt, color: string, width: number, alpha = 1): void {
    const { context } = this.surface;
    context.globalAlpha = alpha;
    context.strokeStyle = color;
    context.lineWidth = width / this.scene.camera.scale;
    context.stroke(art.outline);
  }

  /** A dark line under a white one under the colour can be seen on every photograph. */
  private outlineSelected(art: MaskArt): void {
    this.outline(art, MARK_DARK, SELECTED_WIDTH + 4);
    this.outline(art, "#ffffff", SELECTED_WIDTH + 2);
    this.outline(art, art.color, SELECTED_WIDTH);
  }

  private proposal({ proposal, focused }: DraftView): void {
    if (proposal === null) return;
    const { palette } = this.scene;
    const art =
      this.cache.ready(proposal.mask, palette.accent, this.stride) ??
      this.cache.make(proposal.mask, palette.accent, this.stride);
    if (art === null) return;
    const strength = proposal.outdated ? OUTDATED_ALPHA : focused ? 1 : WAITING_ALPHA;
    this.tint(art, TINT_ALPHA * strength);
    this.outline(art, MARK_DARK, OUTLINE_WIDTH + 1.5, strength * 0.6);
    this.outline(art, proposal.doubtful ? palette.doubtful : palette.accent, OUTLINE_WIDTH, strength);
  }
}
