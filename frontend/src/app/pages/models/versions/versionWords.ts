import type { ModelVersion } from "../../../../api/modelTypes";
import { formatAgo } from "../../../data/format";
import { t } from "../../../i18n";
import type { BadgeTone } from "../Badge";
import { versionName } from "../figures";

const TONES: Readonly<Record<ModelVersion["state"], BadgeTone>> = {
  checking: "busy",
  ready: "plain",
  proposed: "wait",
  rejected: "bad",
  refused: "bad",
};

export interface Word {
  readonly tone: BadgeTone;
  readonly text: string;
}

/** The words at a version's name; a version that is simply ready needs none. */
export function wordsOf({ state, active, archived }: Pick<ModelVersion, "state" | "active" | "archived">): Word[] {
  const words: Word[] = [];
  if (active) words.push({ tone: "good", text: t("models.state.active") });
  else if (state !== "ready") words.push({ tone: TONES[state], text: t(`models.state.${state}`) });
  if (archived) words.push({ tone: "plain", text: t("models.state.archived") });
  return words;
}

/** Where a version came from, in one line; `parent` is undefined where it is not known here. */
export function originOf(version: ModelVersion, parent: ModelVersion | null | undefined, now: number): string {
  const time = formatAgo(version.created_at, now);
  if (version.origin === "uploaded") {
    const name = version.created_by?.username;
    return name === undefined ? t("models.uploaded", { time }) : t("models.uploadedBy", { time, name });
  }
  return parent === undefined
    ? t("models.trained", { time })
    : t("models.trainedFrom", { parent: versionName(parent), time });
}

export const canServe = ({ state, active, archived }: Pick<ModelVersion, "state" | "active" | "archived">): boolean =>
  !active && !archived && state !== "checking" && state !== "refused";
