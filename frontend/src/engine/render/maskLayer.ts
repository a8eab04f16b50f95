/** All masks: the objects in their labels' colours, the selected one again and stronger, and the proposals. */
import type { Surface } from "../platform";
import type { LoopLayer } from "./loop";
import type { MaskCache } from "./maskCache";
import { strokeMask, tintMask } from "./maskDrawing";
import type { ObjectsBuffer } from "./objectsBuffer";
import type { DraftView, Scene } from "./scene";
import { MARK_DARK, MARK_LIGHT, OUTLINE_WIDTH, SELECTED_WIDTH } from "./theme";
import { drawInDeviceSpace, drawInImageSpace, strideFor } from "./view";

/** A mask of earlier points fades while a newer one is awaited; one that waits for its turn stands back a little. */
const OUTDATED_ALPHA = 0.4;
const WAITING_ALPHA = 0.6;

export class MaskLayer implements LoopLayer {
  constructor(
    private readonly surface: Surface,
    private readonly scene: Scene,
    private readonly cache: MaskCache,
    private readonly objects: ObjectsBuffer,
  ) {}

  paint(): void {
    const { context } = this.surface;
    const { camera, pixelRatio } = this.scene;
    drawInDeviceSpace(context);
    context.clearRect(0, 0, this.surface.width, this.surface.height);
    this.objects.drawOn(this.surface);
    drawInImageSpace(context, camera, pixelRatio);
    this.drawSelected();
    for (const draft of this.scene.drafts) this.drawProposal(draft);
    context.globalAlpha = 1;
  }

  private get stride(): number {
    return strideFor(this.scene.camera.scale, this.scene.pixelRatio);
  }

  /** A dark line under a white one under the colour can be seen on every photograph. */
  private drawSelected(): void {
    const { objects, selection } = this.scene;
    const selected = objects.find((record) => record.id === selection);
    if (selected === undefined) return;
    const color = this.scene.colorOf(selected);
    const art = this.cache.any(selected.mask) ?? this.cache.make(selected.mask, color, this.stride);
    if (art === null) return;
    const { context } = this.surface;
    const { scale } = this.scene.camera;
    strokeMask(context, art, { color: MARK_DARK, width: SELECTED_WIDTH + 4, scale });
    strokeMask(context, art, { color: MARK_LIGHT, width: SELECTED_WIDTH + 2, scale });
    strokeMask(context, art, { color, width: SELECTED_WIDTH, scale });
  }

  private drawProposal({ proposal, focused }: DraftView): void {
    if (proposal === null) return;
    const { palette } = this.scene;
    const art =
      this.cache.ready(proposal.mask, palette.accent, this.stride) ??
      this.cache.make(proposal.mask, palette.accent, this.stride);
    if (art === null) return;
    const { context } = this.surface;
    const { scale } = this.scene.camera;
    const alpha = proposal.outdated ? OUTDATED_ALPHA : focused ? 1 : WAITING_ALPHA;
    const color = proposal.doubtful ? palette.doubtful : palette.accent;
    tintMask(context, art, this.scene.tint * alpha);
    strokeMask(context, art, { color: MARK_DARK, width: OUTLINE_WIDTH + 1.5, scale, alpha: alpha * 0.6 });
    strokeMask(context, art, { color, width: OUTLINE_WIDTH, scale, alpha });
  }
}
