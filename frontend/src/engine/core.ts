/** What the engine knows: image, objects, labels, selection, pointer. The tools work on it through ToolContext. */
import { Camera } from "./camera";
import { boxContains, boxesMeet, clampToImage, imagePoint, insideImage, type Box, type Size } from "./geometry";
import { withDefaults } from "./details";
import { History } from "./history";
import type { Picture, Platform } from "./platform";
import { PALETTES } from "./render/theme";
import { isSet, type Runs } from "./rle";
import { Shapes } from "./shapes";
import { Store, type RecordsChange } from "./store";
import { toneTable, USUAL_VIEW, type ViewSettings } from "./viewSettings";
import { Visibility } from "./visibility";
import type { Layer, ToolContext } from "./tools/node";
import type {
  EngineStatus,
  HintKey,
  ImagePoint,
  ImageSource,
  Keeping,
  LabelStyle,
  MaskRequest,
  ObjectRecord,
  PreviewRequest,
  RecordsDiff,
  Rle,
  ScreenPoint,
  Theme,
} from "./types";

/** CSS pixels between the keyboard cursor and the edge of the view. */
const CURSOR_MARGIN = 48;

export class Core implements ToolContext {
  readonly camera = new Camera();
  readonly records = new Store();
  readonly history = new History(this.records);
  readonly shapes = new Shapes();
  readonly visibility = new Visibility(() => this.repaint("masks", "overlay"));
  labels: readonly LabelStyle[] = [];
  theme: Theme = "light";
  readOnly = false;
  currentLabelId: number | null = null;
  selection: string | null = null;
  hoveredId: string | null = null;
  pointer: ImagePoint | null = null;
  pixelRatio = 1;
  picture: Picture | null = null;
  image: EngineStatus["image"] = "none";
  noticed: HintKey | null = null;
  keeping: Keeping | null = null;
  protectsOthers = false;
  settings: ViewSettings = USUAL_VIEW;
  pictureFilter = "none";
  askPreview: ((request: PreviewRequest) => void) | null = null;
  /** Called when the pointer or the keyboard cursor has moved. */
  aimed: (point: ImagePoint | null) => void = () => {};
  private url: string | null = null;
  private otherMask: { readonly id: string; readonly mask: Rle } | null = null;
  /** Where the mouse was last, if the keyboard has not taken the cursor over since. */
  private mouse: ScreenPoint | null = null;

  constructor(
    private readonly platform: Platform,
    private readonly ask: (request: MaskRequest) => void,
    private readonly paint: (...layers: readonly Layer[]) => void,
  ) {
    this.records.listen((diff) => this.objectsChanged(diff));
    this.setTheme(this.theme);
  }

  get imageSize(): Size | null {
    return this.image === "ready" ? this.camera.imageSize : null;
  }

  now(): number {
    return this.platform.now();
  }

  newId(): string {
    return this.platform.newId();
  }

  requestMask(request: MaskRequest): void {
    this.ask(request);
  }

  get previews(): boolean {
    return this.askPreview !== null && this.settings.preview && !this.readOnly;
  }

  requestPreview(request: PreviewRequest): void {
    this.askPreview?.(request);
  }

  setCursor(cursor: string): void {
    this.platform.setCursor(cursor);
  }

  repaint(...layers: readonly Layer[]): void {
    this.paint(...layers);
  }

  notice(hint: HintKey): void {
    this.noticed = hint;
  }

  /** False, with a hint, when one of the objects is locked; nothing has then changed. */
  edit(name: string, { put = [], remove = [] }: RecordsChange): boolean {
    if ([...put.map(({ id }) => id), ...remove].some((id) => this.visibility.isLocked(id))) {
      this.notice("object.locked");
      return false;
    }
    const made = put.filter(({ id }) => this.records.get(id) === undefined).map(({ id }) => id);
    this.history.mark(name);
    this.history.apply({ put: put.map((record) => this.complete(record)), remove });
    this.visibility.made(made);
    return true;
  }

  stuck(id: string | null): "object.locked" | "object.hidden" | null {
    if (id === null) return null;
    if (this.visibility.isLocked(id)) return "object.locked";
    return this.visibility.isHidden(id) ? "object.hidden" : null;
  }

  get visible(): readonly ObjectRecord[] {
    return this.visibility.of(this.records.all());
  }

  /** A mask to draw in an object's place. */
  get instead(): { readonly id: string; readonly mask: Rle } | null {
    return this.otherMask;
  }

  showInstead(other: { readonly id: string; readonly mask: Rle } | null): void {
    if (other === this.otherMask) return;
    this.otherMask = other;
    this.repaint("masks", "overlay");
  }

  select(id: string | null): void {
    const known = id !== null && this.records.get(id) !== undefined ? id : null;
    if (known === this.selection) return;
    this.selection = known;
    this.repaint("masks", "overlay");
  }

  hover(id: string | null): void {
    if (id === this.hoveredId) return;
    this.hoveredId = id;
    this.repaint("overlay");
  }

  maskAt(point: ImagePoint): string | null {
    const x = Math.floor(point.x + 0.5);
    const y = Math.floor(point.y + 0.5);
    let found: string | null = null;
    let least = Infinity;
    for (const record of this.visible) {
      const shape = this.shapes.of(record.mask);
      if (shape === null || shape.box === null || shape.area >= least) continue;
      if (!boxContains(shape.box, { x, y }) || !isSet(shape.runs, x, y)) continue;
      found = record.id;
      least = shape.area;
    }
    return found;
  }

  areaOf(mask: Rle): number | null {
    return this.runsOf(mask) === null ? null : (this.shapes.of(mask)?.area ?? null);
  }

  runsOf(mask: Rle): Runs | null {
    const runs = this.shapes.of(mask)?.runs ?? null;
    const { width, height } = this.camera.imageSize;
    return runs !== null && runs.width === width && runs.height === height ? runs : null;
  }

  recordsIn(box: Box): readonly ObjectRecord[] {
    return this.records.all().filter(({ bbox: [x = 0, y = 0, width = 0, height = 0] }) =>
      boxesMeet({ x, y, width, height }, box),
    );
  }

  colorOf({ labelId }: Pick<ObjectRecord, "labelId">): string {
    return this.labels.find((label) => label.id === labelId)?.color ?? PALETTES[this.theme].unlabelled;
  }

  colorFor(id: string | null): string {
    return this.colorOf(this.records.get(id ?? "") ?? { labelId: this.currentLabelId });
  }

  // --- pointer ---

  get keyboardCursor(): boolean {
    return this.mouse === null && this.pointer !== null;
  }

  /** The pointer if it is on the image; what guide lines and the status show. */
  get pointerOnImage(): ImagePoint | null {
    if (this.pointer === null || this.imageSize === null) return null;
    return insideImage(this.pointer, this.imageSize) ? this.pointer : null;
  }

  pointAt(at: ScreenPoint | null): void {
    this.mouse = at;
    this.pointer = at === null ? null : this.camera.toImage(at);
    this.aimed(this.pointerOnImage);
    this.repaint("overlay");
  }

  moveCursor(dx: number, dy: number): void {
    const { camera } = this;
    const from = this.pointer ?? camera.toImage(camera.viewMiddle());
    this.mouse = null;
    const exact = clampToImage(imagePoint(Math.round(from.x) + dx, Math.round(from.y) + dy), camera.imageSize);
    this.pointer = exact;
    this.aimed(this.pointerOnImage);
    if (camera.reveal(exact, CURSOR_MARGIN)) this.repaint("image", "masks", "stroke");
    this.repaint("overlay");
  }

  /** Later, unless what is returned takes it back. */
  after(ms: number, then: () => void): () => void {
    return this.platform.after(ms, then);
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.platform.setGround(PALETTES[theme].ground);
  }

  setView(settings: ViewSettings): void {
    this.settings = settings;
    this.pictureFilter = this.platform.showTones(toneTable(settings));
    this.repaint("masks", "stroke", "overlay");
  }

  /** After the image has moved under a mouse that has not. */
  viewChanged(): void {
    if (this.mouse !== null) this.pointer = this.camera.toImage(this.mouse);
    this.repaint("image", "masks", "stroke", "overlay");
  }

  // --- image ---

  /** True when another image than the one before is opened; objects and history of that one are then gone. */
  open(source: ImageSource): boolean {
    const other = this.url !== null && this.url !== source.url;
    if (other) {
      this.records.clear();
      this.visibility.clear();
      this.history.clear();
    }
    this.url = source.url;
    this.picture?.release();
    this.picture = null;
    this.image = "loading";
    this.camera.setImage({ width: source.width, height: source.height });
    this.viewChanged();
    return other;
  }

  show(picture: Picture | null): void {
    this.picture = picture;
    this.image = picture === null ? "failed" : "ready";
    this.repaint("image", "masks", "overlay");
  }

  /** A new object or label comes with the label's own answers. */
  private complete(record: ObjectRecord): ObjectRecord {
    const label = this.labels.find(({ id }) => id === record.labelId);
    return this.records.get(record.id)?.labelId === record.labelId ? record : withDefaults(record, label);
  }

  private objectsChanged(diff: RecordsDiff): void {
    if (this.selection !== null && diff.removed[this.selection] !== undefined) this.selection = null;
    if (this.hoveredId !== null && diff.removed[this.hoveredId] !== undefined) this.hoveredId = null;
    this.visibility.gone((id) => this.records.get(id) !== undefined);
    this.repaint("masks", "overlay");
  }
}
