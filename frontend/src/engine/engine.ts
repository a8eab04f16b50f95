/** The engine as the app sees it: one door to image, objects, tools and drawing. */
import { Core } from "./core";
import type { HistoryApi } from "./historyData";
import { historyDoor } from "./historyDoor";
import { Keyboard } from "./keyboard";
import { ObjectDoor } from "./objectDoor";
import { platformFor, type Platform } from "./platform";
import { Painter } from "./render/painter";
import { EngineScene } from "./render/sceneOf";
import { reshape } from "./reshape";
import { Router } from "./router";
import { StatusBoard, statusOf } from "./status";
import { openPicture } from "./tiles/picture";
import type { Tool, ToolCommand } from "./tools/node";
import { Toolbox } from "./tools/toolbox";
import { Viewing } from "./viewing";
import type {
  ChangeSource,
  EngineApi,
  EngineOptions,
  EngineStatus,
  ImagePoint,
  ImageSource,
  KeyInput,
  LabelStyle,
  MaskAnswer,
  MaskFailure,
  MaskOperation,
  ObjectRecord,
  PaintStats,
  RecordsDiff,
  RemoteChange,
  Rle,
  Theme,
  ToolName,
  ViewApi,
} from "./types";

export class Engine implements EngineApi {
  private readonly platform: Platform;
  readonly view: ViewApi;
  readonly history: HistoryApi;
  readonly edits: ObjectDoor;
  private readonly core: Core;
  private readonly tools: Toolbox;
  private readonly painter: Painter;
  private readonly router: Router;
  readonly keyboard: Keyboard;
  private readonly board: StatusBoard;
  private readonly stopListening: () => void;
  private tool: Tool;
  private loads = 0;

  constructor(options: EngineOptions) {
    this.platform = platformFor(options);
    this.core = new Core(this.platform, options.requestMask, (...layers) => this.painter.invalidate(...layers));
    this.core.askPreview = options.requestPreview ?? null;
    this.core.aimed = (point) => this.tool.current.onAim?.(point);
    this.tools = new Toolbox(this.core);
    this.tool = this.tools.extreme;
    this.board = new StatusBoard(() => statusOf(this.core, this.tool, this.tools));
    this.history = historyDoor(this.core, this.tools, this.board);
    this.edits = new ObjectDoor(this.core, this.tools, this.board, this.platform);
    const view = new Viewing(this.core, () => this.viewChanged(), () => this.board.current().points);
    this.view = view;
    const scene = new EngineScene(this.core, this.tools, () => this.tool);
    this.painter = new Painter(this.platform, scene, this.core.shapes, () => {
      this.board.publish();
      view.frame();
    });
    this.router = new Router({
      core: this.core,
      pan: this.tools.pan,
      tool: () => this.tool,
      changed: () => this.board.publish(),
      resize: (width, height, ratio) => this.resize(width, height, ratio),
      secondary: (at) => view.pickSecondary(at, (id) => this.select(id)),
    });
    this.keyboard = new Keyboard({
      core: this.core,
      engine: this,
      router: this.router,
      tool: () => this.tool,
      cancelled: () => this.cancelled(),
      changed: () => this.board.publish(),
    });
    this.tool.enter();
    const stop = this.platform.listen(this.router);
    this.stopListening = () => {
      stop();
      view.close();
    };
  }

  async loadImage(source: ImageSource): Promise<void> {
    const load = (this.loads += 1);
    if (this.core.open(source)) this.tools.reset();
    this.tools.settle();
    this.board.publish();
    try {
      const picture = await openPicture(this.platform, source, (reader) =>
        this.core.repaint(reader === "view" ? "image" : "overlay"),
      );
      if (load !== this.loads) {
        picture.release();
        return;
      }
      if (picture.width !== source.width || picture.height !== source.height) {
        const sizes = `${picture.width} x ${picture.height} instead of ${source.width} x ${source.height}`;
        picture.release();
        throw new Error(`The image file is ${sizes} pixels. Reload the page; if it stays so, upload the image again.`);
      }
      this.core.show(picture);
    } catch (error) {
      if (load === this.loads) this.core.show(null);
      if (load === this.loads) throw error;
    } finally {
      this.board.publish();
    }
  }

  setLabels(labels: readonly LabelStyle[]): void {
    const { core } = this;
    core.labels = labels;
    if (!labels.some((label) => label.id === core.currentLabelId)) core.currentLabelId = labels[0]?.id ?? null;
    core.repaint("masks");
    this.board.publish();
  }

  setReadOnly(flag: boolean): void {
    if (flag && !this.core.readOnly) this.tool.current.onInterrupt();
    this.core.readOnly = flag;
    this.core.noticed = null;
    this.core.repaint("overlay");
    this.board.publish();
  }

  setTheme(theme: Theme): void {
    this.core.setTheme(theme);
    this.core.repaint("image", "masks", "overlay");
  }

  setTool(name: ToolName): void {
    const next = this.tools.named(name);
    if (next === this.tool) return;
    this.router.pointerLost();
    this.core.noticed = null;
    this.tool.leave();
    this.tool = next;
    next.enter();
    this.core.repaint("masks", "overlay");
    this.board.publish();
  }

  setCurrentLabel(id: number | null): void {
    this.core.currentLabelId = id;
    this.core.noticed = null;
    this.board.publish();
  }

  setBrushSize(diameter: number): void {
    this.tools.size.set(diameter);
    this.core.repaint("overlay");
    this.board.publish();
  }

  setProtectsOthers(flag: boolean): void {
    this.core.protectsOthers = flag;
    this.board.publish();
  }

  select(id: string | null): void {
    this.core.select(id);
    this.tools.settle();
    this.board.publish();
  }

  accept(): void {
    this.command(this.tools.extreme, { name: "accept" });
  }

  redoClicks(): void {
    this.command(this.tools.extreme, { name: "redoClicks" });
  }

  retry(): void {
    this.command(this.tools.extreme, { name: "retry" });
  }

  removePoint(): void {
    this.command(this.tools.extreme, { name: "removePoint" });
  }

  cancel(): void {
    this.cancelled();
    this.board.publish();
  }

  deleteSelected(): void {
    const { core } = this;
    if (core.selection !== null && !this.refused()) core.edit("delete", { remove: [core.selection] });
    this.tools.settle();
    this.board.publish();
  }

  relabelSelected(id: number): void {
    const record = this.core.records.get(this.core.selection ?? "");
    if (record !== undefined && !this.refused()) this.core.edit("relabel", { put: [{ ...record, labelId: id }] });
    this.board.publish();
  }

  reshapeSelected(operation: MaskOperation): boolean {
    const changed = !this.refused() && reshape(this.core, operation);
    this.tools.settle();
    this.board.publish();
    return changed;
  }

  nudgePoint(dx: number, dy: number): void {
    this.command(this.tool, { name: "nudge", dx, dy });
  }

  placePointAtCursor(): void {
    this.command(this.tool, { name: "place" });
  }

  undo(): void {
    this.step({ name: "undo" }, () => this.core.history.undo());
  }

  redo(): void {
    this.step({ name: "redo" }, () => this.core.history.redo());
  }

  deliverMask(answer: MaskAnswer): void {
    this.tools.extreme.receive(answer);
    this.board.publish();
  }

  failMask(failure: MaskFailure): void {
    this.tools.extreme.fail(failure);
    this.board.publish();
  }

  deliverPreview(requestId: string, mask: Rle | null): void {
    this.tools.extreme.preview.receive(requestId, mask);
  }

  applyRemote({ upsert = [], remove = [] }: RemoteChange): void {
    this.core.history.applyRemote({ put: upsert, remove });
    this.tools.settle();
    this.board.publish();
  }

  objects(): readonly ObjectRecord[] {
    return this.core.records.all();
  }

  onObjects(listener: (diff: RecordsDiff, source: ChangeSource) => void): () => void {
    return this.core.records.listen(listener);
  }

  onStatus(listener: (status: EngineStatus) => void): () => void {
    return this.board.listen(listener);
  }

  status(): EngineStatus {
    return this.board.current();
  }

  maskAt(point: ImagePoint): string | null {
    return this.core.maskAt(point);
  }

  stats(): PaintStats {
    return this.painter.stats();
  }

  handleKey(event: KeyInput): boolean {
    return this.keyboard.handle(event);
  }

  destroy(): void {
    this.loads += 1;
    this.stopListening();
    this.board.clear();
    this.tools.extreme.reset();
    this.painter.stop();
    this.core.picture?.release();
    this.core.picture = null;
    this.platform.destroy();
  }

  private resize(width: number, height: number, ratio: number): void {
    this.core.pixelRatio = ratio;
    this.core.camera.setView({ width, height });
    this.painter.resize(width, height, ratio);
    this.viewChanged();
  }

  private viewChanged(): void {
    this.core.viewChanged();
    this.board.publish();
  }

  private command(tool: Tool, command: ToolCommand): void {
    this.core.noticed = null;
    tool.current.onKey?.(command);
    this.board.publish();
  }

  /** A half-made object takes its points back first; only then objects are undone. */
  private step(command: ToolCommand, move: () => boolean): void {
    this.core.noticed = null;
    if (!this.refused() && this.tool.current.onKey?.(command) !== true) {
      this.tools.extreme.queue.forgetTaken();
      move();
      this.tools.settle();
    }
    this.board.publish();
  }

  private cancelled(): boolean {
    if (this.tool.current.onCancel()) return true;
    if (this.core.selection === null) return false;
    this.select(null);
    return true;
  }

  /** True, with a hint, when nothing may be changed. */
  private refused(): boolean {
    if (this.core.readOnly) this.core.notice("readOnly");
    return this.core.readOnly;
  }
}
