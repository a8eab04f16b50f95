import { Checkbox, NativeSelect, NumberInput, TextInput } from "@mantine/core";

import type { Label } from "../../../api/types";
import { t } from "../../i18n";
import { PARTS, percentSum, USUAL, type Choice } from "./choice";
import classes from "./exports.module.css";

interface FieldProps {
  choice: Choice;
  set: (change: Partial<Choice>) => void;
}

const STATES = ["accepted", "submitted", "changes_requested", "open", "skipped"] as const;
const whole = (typed: number | string): number => Math.max(0, Math.round(Number(typed) || 0));

/** Which images, by their state. */
export function StateField({ choice, set }: FieldProps) {
  return (
    <fieldset className={classes.group}>
      <legend>{t("exports.states")}</legend>
      <Checkbox.Group value={[...choice.states]} onChange={(values) => set({ states: STATES.filter((state) => values.includes(state)) })}>
        <div className={classes.ticks}>
          {STATES.map((state) => (
            <Checkbox key={state} size="xs" value={state} label={t(`state.${state}`)} />
          ))}
        </div>
      </Checkbox.Group>
    </fieldset>
  );
}

/** All labels, or those that are ticked. */
export function LabelField({ choice, set, labels }: FieldProps & { labels: readonly Label[] }) {
  return (
    <fieldset className={classes.group}>
      <legend>{t("exports.labels")}</legend>
      <Checkbox
        size="xs"
        label={t("exports.allLabels")}
        checked={choice.labels === null}
        onChange={(event) => set({ labels: event.currentTarget.checked ? null : labels.map(({ id }) => id) })}
      />
      {choice.labels === null ? null : (
        <Checkbox.Group value={choice.labels.map(String)} onChange={(values) => set({ labels: values.map(Number) })}>
          <div className={classes.labels}>
            {labels.map((label) => (
              <Checkbox key={label.id} size="xs" value={String(label.id)} label={label.name} />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </fieldset>
  );
}

/** How images are divided. */
export function SplitField({ choice, set }: FieldProps) {
  const sum = percentSum(choice);
  return (
    <div className={classes.splits}>
      <NativeSelect
        label={t("exports.splits")}
        value={choice.splits}
        data={(["none", "hash", "held_out"] as const).map((value) => ({ value, label: t(`exports.splits.${value}`) }))}
        onChange={(event) => set({ splits: event.currentTarget.value as Choice["splits"] })}
      />
      {choice.splits !== "hash" ? null : (
        <div className={classes.shares}>
          {PARTS.map((part) => (
            <NumberInput
              key={part}
              label={t("exports.share", { name: part })}
              min={0}
              max={100}
              allowDecimal={false}
              allowNegative={false}
              hideControls
              value={choice.percent[part]}
              onChange={(typed) => set({ percent: { ...choice.percent, [part]: whole(typed) } })}
            />
          ))}
        </div>
      )}
      {choice.splits !== "hash" || sum === 100 ? null : (
        <p className={classes.failed} role="alert">
          {t("exports.shares.wrong", { sum })}
        </p>
      )}
    </div>
  );
}

/** What is written beside the masks. */
export function BesideField({ choice, set }: FieldProps) {
  return (
    <div className={classes.beside}>
      <NativeSelect
        label={t("exports.images")}
        value={choice.images}
        data={(["none", "links", "display", "originals"] as const).map((value) => ({ value, label: t(`exports.images.${value}`) }))}
        onChange={(event) => set({ images: event.currentTarget.value as Choice["images"] })}
      />
      <Checkbox size="xs" label={t("exports.crops")} checked={choice.crops} onChange={(event) => set({ crops: event.currentTarget.checked })} />
      <Checkbox size="xs" label={t("exports.research")} checked={choice.research} onChange={(event) => set({ research: event.currentTarget.checked })} />
      <Checkbox size="xs" label={t("exports.empty.keep")} checked={choice.empty} onChange={(event) => set({ empty: event.currentTarget.checked })} />
    </div>
  );
}

/** What most people leave as it is. */
export function RareFields({ choice, set }: FieldProps) {
  return (
    <div className={classes.grid}>
      <NativeSelect
        label={t("exports.verdicts")}
        value={choice.verdicts}
        data={(["any", "notRejected", "accepted"] as const).map((value) => ({ value, label: t(`exports.verdicts.${value}`) }))}
        onChange={(event) => set({ verdicts: event.currentTarget.value as Choice["verdicts"] })}
      />
      <NativeSelect
        label={t("exports.overlaps")}
        value={choice.overlaps}
        data={(["front", "area"] as const).map((value) => ({ value, label: t(`exports.overlaps.${value}`) }))}
        onChange={(event) => set({ overlaps: event.currentTarget.value as Choice["overlaps"] })}
      />
      <NumberInput
        label={t("exports.minArea")}
        suffix={t("exports.pixels")}
        min={USUAL.minArea}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        value={choice.minArea}
        onChange={(typed) => set({ minArea: whole(typed) })}
      />
      <TextInput
        label={t("exports.licence")}
        placeholder={t("exports.licenceHint")}
        maxLength={200}
        value={choice.licence}
        onChange={(event) => set({ licence: event.currentTarget.value })}
      />
    </div>
  );
}
