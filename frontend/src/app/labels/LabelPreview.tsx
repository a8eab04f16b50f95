import type { LabelInput } from "../../api/types";
import { t } from "../i18n";
import { GROUNDS, PALETTE } from "../theme/palette";
import classes from "./labels.module.css";

/** What can be promised about these colours. */
export function paletteHint(labels: readonly LabelInput[]): string {
  const colors = labels.map((label) => label.color.toLowerCase());
  if (new Set(colors).size < colors.length) return t("labels.sameColor");
  const safe = colors.every((color) => PALETTE.some((entry) => entry.color === color));
  return safe ? t("labels.safeColors") : t("labels.ownColors");
}

/** How masks of these labels look on a light and on a dark picture. */
export function LabelPreview({ labels }: { labels: readonly LabelInput[] }) {
  return (
    <figure className={classes.preview}>
      {Object.entries(GROUNDS).map(([ground, color]) => (
        <ul key={ground} style={{ background: color }} data-ground={ground} aria-label={t(`label.on.${ground as "light"}`)}>
          {labels.map((label) => (
            <li key={label.name} style={{ "--label": label.color }}>
              {label.name}
            </li>
          ))}
        </ul>
      ))}
    </figure>
  );
}
