/** The canvas engine: no framework, no network. The app gives it an element and answers its mask requests. */
export { Engine } from "./engine";
export { imagePoint, screenPoint } from "./geometry";
export { WORKS_ON_SELECTED } from "./tools/toolbox";
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
  RecordsDiff,
  RemoteChange,
  Rle,
  ScreenPoint,
  StatusPoint,
  StatusProposal,
  Theme,
  ToolName,
} from "./types";
