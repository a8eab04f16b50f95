/** The canvas engine: no framework, no network. The app gives it an element and answers its mask requests. */
export { Engine } from "./engine";
export { chordsOf, type Press } from "./chords";
export { OBJECT_FLAGS, type Answer, type Answers, type DetailsChange, type ObjectFlag } from "./details";
export { imagePoint, screenPoint } from "./geometry";
export { belongsToControl, ENGINE_KEYS, type EngineCommandId, type KeyAction } from "./keymap";
export { outlinePath } from "./outlinePath";
export type { Move } from "./stacking";
export type { Sight } from "./visibility";
export { newId } from "./platform";
export { WORKS_ON_SELECTED } from "./tools/toolbox";
export { changedView, sameView, USUAL_VIEW, VIEW_LIMITS, type ViewSettings } from "./viewSettings";
export type {
  ChangeSource,
  Click,
  EngineApi,
  EngineOptions,
  EngineStatus,
  HintKey,
  ImagePoint,
  ImageSource,
  Keeping,
  KeyInput,
  LabelStyle,
  MaskAnswer,
  MaskFailure,
  MaskOperation,
  MaskRequest,
  ObjectRecord,
  PaintStats,
  PointRole,
  PreviewRequest,
  RecordsDiff,
  RemoteChange,
  Rle,
  ScreenPoint,
  StatusPoint,
  StatusProposal,
  Theme,
  TileSource,
  ToolName,
} from "./types";
