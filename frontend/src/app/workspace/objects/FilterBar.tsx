import { Popover, Select, TextInput } from "@mantine/core";

import type { Label } from "../../../api/types";
import { OBJECT_FLAGS, type ObjectFlag, type ObjectRecord } from "../../../engine";
import { t } from "../../i18n";
import { WorkIcon } from "../icons";
import { EVERYTHING, inUse, type Filter } from "./filters";
import classes from "./objects.module.css";

interface FilterBarProps {
  filter: Filter;
  onChange: (filter: Filter) => void;
  labels: readonly Label[];
  objects: readonly ObjectRecord[];
}

/** A line to search in, and behind a button what else a list can be narrowed to. */
export function FilterBar({ filter, onChange, labels, objects }: FilterBarProps) {
  const used = inUse(filter);
  return (
    <div className={classes.filters}>
      <TextInput
        size="xs"
        className={classes.search}
        aria-label={t("objects.searchName")}
        placeholder={t("objects.search")}
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.currentTarget.value })}
      />
      <Popover position="bottom-end" shadow="md" radius="md" width="15rem" trapFocus returnFocus>
        <Popover.Target>
          <button
            type="button"
            className={classes.action}
            data-on={used > 0}
            aria-label={used === 0 ? t("objects.filter") : t("objects.filterOn", { count: used })}
          >
            <WorkIcon name="filter" size={1} />
          </button>
        </Popover.Target>
        <Popover.Dropdown className={classes.choices}>
          <Choices filter={filter} onChange={onChange} labels={labels} objects={objects} />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

function Choices({ filter, onChange, labels, objects }: FilterBarProps) {
  const authors = [...new Set(objects.map(({ author }) => author).filter((name) => name !== null))].sort();
  const set = (change: Partial<Filter>): void => onChange({ ...filter, ...change });
  return (
    <>
      <Select
        size="xs"
        label={t("objects.filter.label")}
        placeholder={t("objects.filter.anyLabel")}
        clearable
        comboboxProps={{ withinPortal: false }}
        data={labels.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={filter.labelId === null ? null : String(filter.labelId)}
        onChange={(value) => set({ labelId: value === null ? null : Number(value) })}
      />
      <Select
        size="xs"
        label={t("objects.filter.author")}
        placeholder={t("objects.filter.anyAuthor")}
        clearable
        comboboxProps={{ withinPortal: false }}
        data={authors}
        value={filter.author}
        onChange={(author) => set({ author })}
      />
      <ChipChoices filter={filter} set={set} />
      <button type="button" className={classes.link} onClick={() => onChange(EVERYTHING)}>
        {t("objects.filter.clear")}
      </button>
    </>
  );
}

function ChipChoices({ filter, set }: { filter: Filter; set: (change: Partial<Filter>) => void }) {
  const { flags } = filter;
  const toggled = (flag: ObjectFlag): readonly ObjectFlag[] => (flags.includes(flag) ? flags.filter((one) => one !== flag) : [...flags, flag]);
  return (
    <div className={classes.chips}>
      {(["low", "unsent", "open"] as const).map((name) => (
        <Chip key={name} on={filter[name]} onToggle={() => set({ [name]: !filter[name] })}>
          {t(`objects.filter.${name}`)}
        </Chip>
      ))}
      {OBJECT_FLAGS.map((flag) => (
        <Chip key={flag} on={flags.includes(flag)} onToggle={() => set({ flags: toggled(flag) })}>
          {t(`objects.flag.${flag}`)}
        </Chip>
      ))}
    </div>
  );
}

interface ChipProps {
  on: boolean;
  onToggle: () => void;
  children: string;
  title?: string;
  disabled?: boolean;
}

export function Chip({ on, onToggle, children, title, disabled = false }: ChipProps) {
  return (
    <button type="button" className={classes.chip} aria-pressed={on} title={title} disabled={disabled} onClick={onToggle}>
      {children}
    </button>
  );
}
