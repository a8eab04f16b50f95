import { Modal } from "@mantine/core";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";

import { preferences } from "../data/preferences";
import { usePreference } from "../data/usePreference";
import { t, tn } from "../i18n";
import { Key, TextWithKeys } from "../workspace/Keys";
import { keysOf } from "./bindings";
import { recentOf, withRecent, type Entry } from "./entries";
import { found } from "./search";
import { ariaKeys, shownKey } from "./shownKeys";
import classes from "./palette.module.css";

interface PaletteProps {
  entries: readonly Entry[];
  onClose: () => void;
}

interface Row {
  readonly entry: Entry;
  /** The heading above it, where one begins. */
  readonly heading: string | null;
}

const LOOK = { content: classes.palette ?? "" };

/** All that can be done now, found by a few letters. */
export function Palette({ entries, onClose }: PaletteProps) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const rows = useRows(entries, typed);
  const chosen = rows[Math.min(at, rows.length - 1)];
  const choose = (entry: Entry): void => {
    preferences.change("workspace", { recentCommands: withRecent(recentOf(preferences.get("workspace")), entry.id) });
    onClose();
    // What it does may open a dialog of its own: the focus is back where it was before.
    setTimeout(entry.run, 0);
  };
  const move = (to: number): void => setAt(((to % rows.length) + rows.length) % Math.max(rows.length, 1));
  const pressed = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step !== undefined) move(step(Math.min(at, rows.length - 1), rows.length));
    else if (event.key === "Enter" && chosen !== undefined) choose(chosen.entry);
    else return;
    event.preventDefault();
  };
  const type = (text: string): void => {
    setTyped(text);
    setAt(0);
  };
  return (
    <Modal.Root opened onClose={onClose} size="38rem" yOffset="12vh" classNames={LOOK} transitionProps={{ duration: 0 }} returnFocus={false}>
      <Modal.Overlay />
      <Modal.Content aria-label={t("palette.title")}>
        <Search id={id} chosen={chosen?.entry ?? null} typed={typed} onType={type} onKeyDown={pressed} />
        <Found count={rows.length} typed={typed} />
        <Options id={id} rows={rows} chosen={chosen?.entry ?? null} onPoint={setAt} onChoose={choose} />
        <p className={classes.foot} aria-hidden="true">
          <TextWithKeys text={t("palette.hint")} />
        </p>
      </Modal.Content>
    </Modal.Root>
  );
}

interface SearchProps {
  id: string;
  chosen: Entry | null;
  typed: string;
  onType: (text: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function Search({ id, chosen, typed, onType, onKeyDown }: SearchProps) {
  return (
    <input
      className={classes.search}
      role="combobox"
      aria-label={t("palette.search")}
      aria-expanded="true"
      aria-controls={`${id}-list`}
      aria-activedescendant={chosen === null ? undefined : `${id}-${chosen.id}`}
      aria-autocomplete="list"
      placeholder={t("palette.placeholder")}
      autoComplete="off"
      spellCheck={false}
      data-autofocus
      value={typed}
      onChange={(event) => onType(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}

const PAGE = 8;
const STEPS: Readonly<Record<string, ((at: number, count: number) => number) | undefined>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at, count) => Math.min(at + PAGE, count - 1),
  PageUp: (at) => Math.max(at - PAGE, 0),
};

/** What was used last comes first as long as nothing is typed. */
function useRows(entries: readonly Entry[], typed: string): readonly Row[] {
  // As it was when the palette was opened: the order must not change under the hand.
  const [recent] = useState(() => recentOf(preferences.get("workspace")));
  return useMemo(() => {
    if (typed.trim() !== "") return found(typed, entries, ({ text }) => text).map((entry) => ({ entry, heading: null }));
    const used = recent.flatMap((id) => entries.filter((entry) => entry.id === id));
    const rest = entries.filter((entry) => !used.includes(entry));
    const first = used.map((entry, index) => ({ entry, heading: index === 0 ? t("palette.recent") : null }));
    const others = rest.map((entry, index) => ({
      entry,
      heading: entry.group === rest[index - 1]?.group ? null : t(`command.group.${entry.group}`),
    }));
    return [...first, ...others];
  }, [entries, typed, recent]);
}

/** Says how many there are, also aloud, once the hand rests. */
function Found({ count, typed }: { count: number; typed: string }) {
  const [said, setSaid] = useState("");
  const text = count === 0 ? t("palette.nothing", { words: typed.trim() }) : tn("palette.found", count);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), 300);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <>
      <span role="status" className={classes.aloud}>
        {said}
      </span>
      {count === 0 ? <p className={classes.nothing}>{text}</p> : null}
    </>
  );
}

interface OptionsProps {
  id: string;
  rows: readonly Row[];
  chosen: Entry | null;
  onPoint: (index: number) => void;
  onChoose: (entry: Entry) => void;
}

function Options({ id, rows, chosen, onPoint, onChoose }: OptionsProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected='true']")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div ref={list} id={`${id}-list`} role="listbox" aria-label={t("palette.title")} className={classes.list}>
      {rows.map(({ entry, heading }, index) => (
        <div key={entry.id} role="presentation">
          {heading === null ? null : (
            <div className={classes.heading} role="presentation">
              {heading}
            </div>
          )}
          <Option
            id={`${id}-${entry.id}`}
            entry={entry}
            selected={entry === chosen}
            onPoint={() => onPoint(index)}
            onChoose={() => onChoose(entry)}
          />
        </div>
      ))}
    </div>
  );
}

interface OptionProps {
  id: string;
  entry: Entry;
  selected: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function Option({ id, entry, selected, onPoint, onChoose }: OptionProps) {
  const chosenKeys = usePreference("keymap");
  const keys = entry.command === null ? [] : keysOf(entry.command, chosenKeys);
  return (
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-keyshortcuts={ariaKeys(keys)}
      className={classes.option}
      // Only a pointer that moves chooses: one that rests must not take the place of the arrow keys.
      onPointerMove={selected ? undefined : onPoint}
      onClick={onChoose}
    >
      <span>{entry.text}</span>
      <span className={classes.keys} aria-hidden="true">
        {keys.slice(0, 1).map((key) => (
          <Key key={key}>{shownKey(key)}</Key>
        ))}
      </span>
    </div>
  );
}
