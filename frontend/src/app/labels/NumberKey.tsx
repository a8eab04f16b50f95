import { t } from "../i18n";
import classes from "./labels.module.css";

const NUMBER_KEYS = 9;

/** The key that chooses a label in the workspace; labels after the ninth have none. */
export function NumberKey({ index }: { index: number }) {
  const has = index < NUMBER_KEYS;
  return (
    <kbd className={classes.key} data-none={!has} title={has ? t("label.key", { key: index + 1 }) : undefined}>
      {index + 1}
    </kbd>
  );
}
