import { useMemo } from "react";

import type { Answer, ObjectRecord } from "../../../engine";
import { t } from "../../i18n";
import { sortedLabels, useObjects, useSession, useStatus, useWorkplace } from "../desk";
import panel from "../panel.module.css";
import { AttributeField } from "./AttributeField";
import { attributesOf, type Attribute } from "./answers";
import { ATTRIBUTES } from "./attributesFocus";
import { FlagChips } from "./FlagChips";
import { labelOf, namedOf } from "./names";
import classes from "./objects.module.css";
import { useSight } from "./useSight";

/** What the label asks of the selected object, and what may be true of every object. */
export function AttributesPanel() {
  const { project, host } = useWorkplace();
  const objects = useObjects();
  const labels = useMemo(() => sortedLabels(project), [project]);
  const selection = useStatus((status) => status.selection);
  const index = objects.findIndex(({ id }) => id === selection);
  const object = objects[index];
  if (object === undefined) return null;
  const { number, label } = namedOf(object, index + 1, labels);
  const name = t("workspace.object", { number, label });
  return (
    <section
      className={classes.attributes}
      aria-label={t("objects.attributesOf", { object: name })}
      {...{ [ATTRIBUTES]: "" }}
      onKeyDown={(event) => {
        if (event.key === "Escape") host.focus({ preventScroll: true });
      }}
    >
      <h2 className={panel.panelTitle}>{name}</h2>
      <Fields key={object.id} object={object} attributes={attributesOf(labelOf(object, labels))} />
    </section>
  );
}

function Fields({ object, attributes }: { object: ObjectRecord; attributes: readonly Attribute[] }) {
  const { engine } = useWorkplace();
  const readOnly = useStatus((status) => status.readOnly);
  const { locked } = useSight();
  const refusal = useRefusal(object.id);
  const disabled = readOnly || locked.has(object.id);
  const answer = (id: number, value: Answer | null): void => {
    engine.edits.describe(object.id, { attributes: { [id]: value } });
  };
  return (
    <div className={classes.fields}>
      {attributes.map((attribute) => (
        <AttributeField
          key={attribute.id}
          attribute={attribute}
          answer={object.attributes?.[attribute.id]}
          refusal={refusal?.attributeId === attribute.id ? refusal.message : null}
          disabled={disabled}
          onAnswer={(value) => answer(attribute.id, value)}
        />
      ))}
      <FlagChips object={object} disabled={disabled} />
    </div>
  );
}

/** What the server has against an answer of this object. */
function useRefusal(clientId: string): { attributeId: number; message: string } | null {
  const error = useSession().refused.find((one) => one.clientId === clientId)?.error;
  const attributeId = error?.details["attribute_id"];
  return error === undefined || typeof attributeId !== "number" ? null : { attributeId, message: error.message };
}
