import { SegmentedControl } from "@mantine/core";

import type { LabelKind } from "../../api/types";
import { t } from "../i18n";

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
      aria-label={t("label.kindOf", { label: of })}
      value={kind}
      onChange={(value) => onChange(value as LabelKind)}
      data={[
        { value: "thing", label: t("label.thing") },
        { value: "stuff", label: t("label.stuff") },
      ]}
    />
  );
}
