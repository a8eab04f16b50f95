import { createContext, use } from "react";

import type { ModelVersion, TrainingRun } from "../../../api/modelTypes";
import type { Project } from "../../../api/types";

/** What all parts of the page speak about. */
export interface ModelsView {
  readonly project: Project;
  /** Whether this person may change anything. */
  readonly manages: boolean;
  readonly activeId: number | null;
  readonly pinned: boolean;
  /** The name of the model that comes with Cardinal. */
  readonly bundled: string;
  /** The newest first, as far as they are loaded. */
  readonly versions: readonly ModelVersion[];
  /** The newest first, as far as they are loaded; none for those who may not see them. */
  readonly runs: readonly TrainingRun[];
  /** Asks whether this version is to serve; null is the bundled model. */
  readonly askToServe: (version: ModelVersion | null) => void;
}

export const ModelsContext = createContext<ModelsView | null>(null);

export function useModels(): ModelsView {
  const view = use(ModelsContext);
  if (view === null) throw new Error("useModels is for parts of the models page.");
  return view;
}

/** The version of an id; null for the bundled model, undefined where it is not loaded. */
export function versionOf(view: Pick<ModelsView, "versions">, id: number | null): ModelVersion | null | undefined {
  return id === null ? null : view.versions.find((version) => version.id === id);
}
