import { NativeSelect, TextInput } from "@mantine/core";
import { useState, type KeyboardEvent } from "react";

import type { Answer } from "../../../engine";
import { t } from "../../i18n";
import { useWorkplace } from "../desk";
import { isAnswer, MOST_LETTERS, rangeText, read, type Attribute } from "./answers";
import { Chip } from "./FilterBar";
import classes from "./objects.module.css";

export interface AttributeFieldProps {
  attribute: Attribute;
  answer: Answer | undefined;
  /** What the server has against it. */
  refusal: string | null;
  disabled: boolean;
  onAnswer: (answer: Answer | null) => void;
}

/** Up to this many choices are shown side by side. */
const FEW = 4;

/** One question and its answer. */
export function AttributeField(props: AttributeFieldProps) {
  const { kind, choices } = props.attribute;
  if (kind === "yes_no") return <Buttons {...props} options={[[true, t("objects.yes")], [false, t("objects.no")]]} />;
  if (kind === "choice" && choices.length <= FEW) return <Buttons {...props} options={choices.map((choice) => [choice, choice])} />;
  return kind === "choice" ? <Choice {...props} /> : <Typed {...props} />;
}

function isOpen({ attribute, answer }: AttributeFieldProps): boolean {
  return attribute.required && !isAnswer(attribute, answer);
}

function Caption({ attribute, open }: { attribute: Attribute; open: boolean }) {
  return (
    <>
      {attribute.name}{" "}
      {attribute.required ? (
        <span className={classes.required} data-open={open} title={open ? t("objects.requiredOpen") : undefined}>
          {t("objects.required")}
        </span>
      ) : null}
    </>
  );
}

function Buttons({ options, ...props }: AttributeFieldProps & { options: readonly (readonly [Answer, string])[] }) {
  const { attribute, answer, refusal, disabled, onAnswer } = props;
  const id = `attribute-${attribute.id}`;
  return (
    <div role="group" aria-labelledby={id} className={classes.field}>
      <span id={id} className={classes.caption}>
        <Caption attribute={attribute} open={isOpen(props)} />
      </span>
      <div className={classes.chips}>
        {options.map(([value, text]) => (
          <Chip key={text} on={answer === value} disabled={disabled} onToggle={() => onAnswer(answer === value ? null : value)}>
            {text}
          </Chip>
        ))}
      </div>
      {refusal === null ? null : (
        <p role="alert" className={classes.refusal}>
          {refusal}
        </p>
      )}
    </div>
  );
}

function Choice(props: AttributeFieldProps) {
  const { attribute, answer, refusal, disabled, onAnswer } = props;
  // An answer that is no choice any more is still what the object says.
  const gone = typeof answer === "string" && !attribute.choices.includes(answer) ? [answer] : [];
  return (
    <NativeSelect
      size="xs"
      label={<Caption attribute={attribute} open={isOpen(props)} />}
      disabled={disabled}
      error={refusal}
      value={typeof answer === "string" ? answer : ""}
      data={[{ value: "", label: t("objects.noAnswer") }, ...attribute.choices, ...gone.map((value) => ({ value, label: value, disabled: true }))]}
      onChange={(event) => onAnswer(event.currentTarget.value === "" ? null : event.currentTarget.value)}
    />
  );
}

/** Stored on Enter or when the field is left, taken back on Escape. */
function Typed(props: AttributeFieldProps) {
  const { attribute, answer, refusal, disabled, onAnswer } = props;
  const { host } = useWorkplace();
  const [draft, setDraft] = useState<string | null>(null);
  const stored = answer === undefined ? "" : String(answer);
  const reading = read(attribute, draft ?? stored);
  const commit = (): boolean => {
    if (draft === null || reading.problem !== null) return draft === null;
    if (draft !== stored) onAnswer(reading.answer);
    setDraft(null);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") setDraft(null);
    if (event.key === "Enter" && commit()) host.focus({ preventScroll: true });
  };
  return (
    <TextInput
      size="xs"
      label={<Caption attribute={attribute} open={isOpen(props)} />}
      description={attribute.kind === "number" ? rangeText(attribute) : null}
      inputMode={attribute.kind === "number" ? "decimal" : "text"}
      maxLength={MOST_LETTERS + 1}
      disabled={disabled}
      error={(draft === null ? null : reading.problem) ?? refusal}
      value={draft ?? stored}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}
