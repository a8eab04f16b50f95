import { SegmentedControl } from "@mantine/core";

import type { LabelKind } from "../../api/types";
import { t } from "../i18n";
import classes from "./labels.module.css";

interface Props {
  kind: LabelKind;
  of: string;
  onChange: (kind: LabelKind) => void;
}

/** Thing: counted one by one. Stuff: an area without edges of its own. */
export function KindSwitch({ kind, of, onChange }: Props) {
  return (
    <SegmentedControl
      size="xs"
      className={classes.kind}
      aria-label={t("label.kindOf", { label: of })}
      value={kind}
      onChange={(value) => onChange(value)}
      data={[
        { value: "thing", label: t("label.thing") },
        { value: "stuff", label: t("label.stuff") },
      ]}
    />
  );
}
