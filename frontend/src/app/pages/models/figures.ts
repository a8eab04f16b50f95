/** How figures about models are written: shares as percent, differences of shares as points. */
import type { Figures, ModelVersion } from "../../../api/modelTypes";
import { t } from "../../i18n";

const MINUS = "−";

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? MINUS : "+"}${text}`;
}

/** A difference of shares in points: `+3.2`. */
export const points = (difference: number): string => signed(100 * difference, 1);

export interface Figure {
  readonly key: keyof Figures;
  readonly name: string;
  readonly show: (value: number) => string;
  readonly showDifference: (value: number) => string;
  /** 1 where more is better. */
  readonly better: 1 | -1;
}

export const FIGURES: readonly Figure[] = [
  {
    key: "mean_iou",
    name: t("models.figure.iou"),
    show: percent,
    showDifference: (value) => t("models.points", { points: points(value) }),
    better: 1,
  },
  {
    key: "share_85",
    name: t("models.figure.share85"),
    show: percent,
    showDifference: (value) => t("models.points", { points: points(value) }),
    better: 1,
  },
  {
    key: "clicks_to_90",
    name: t("models.figure.clicks"),
    show: (value) => value.toFixed(1),
    showDifference: (value) => signed(value, 1),
    better: -1,
  },
  {
    key: "latency_p50_ms",
    name: t("models.figure.latency"),
    show: (value) => t("models.figure.ms", { ms: value.toFixed(0) }),
    showDifference: (value) => t("models.figure.ms", { ms: signed(value, 0) }),
    better: -1,
  },
];

/** Whether a difference is for the better, for the worse, or too small to be shown. */
export function tone(figure: Figure, difference: number): "better" | "worse" | "same" {
  if (!/[1-9]/.test(figure.showDifference(difference))) return "same";
  return difference * figure.better > 0 ? "better" : "worse";
}

/** `v3 Cells`; null is the model that comes with Cardinal. */
export function versionName(version: Pick<ModelVersion, "number" | "name"> | null): string {
  return version === null
    ? t("models.bundled")
    : t("models.version", { number: String(version.number), name: version.name });
}
