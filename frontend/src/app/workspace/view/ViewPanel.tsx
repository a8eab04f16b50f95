import { Switch } from "@mantine/core";
import { useEffect, useRef, type KeyboardEvent } from "react";

import { sameView, USUAL_VIEW, type ViewSettings } from "../../../engine";
import { CommandKey, useKeyTexts } from "../../commands/CommandKeys";
import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import { useWorkplace } from "../desk";
import { WorkIcon, type WorkIconName } from "../icons";
import { useViewSettings } from "./useView";
import classes from "./view.module.css";

type PlaceName = "view.fit" | "view.actualSize" | "view.selected";

interface ViewPanelProps {
  id: string;
  /** It was opened by keyboard, which then goes on in it. */
  takesFocus: boolean;
  onClose: () => void;
}

/**
 * How the picture looks, beside the picture: it stays open while one works, and gives the keyboard back to the canvas
 * after each press.
 */
export function ViewPanel({ id, takesFocus, onClose }: ViewPanelProps) {
  const { engine, host } = useWorkplace();
  const settings = useViewSettings();
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) panel.current?.focus();
  }, [takesFocus]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onClose();
  };
  const change = (change: Partial<ViewSettings>): void => engine.view.change(change);
  return (
    <div
      ref={panel}
      id={id}
      role="dialog"
      tabIndex={-1}
      aria-label={t("view.title")}
      className={classes.panel}
      onKeyDown={onKeyDown}
      onPointerUp={() => host.focus({ preventScroll: true })}
    >
      <Head onReset={() => change(USUAL_VIEW)} isUsual={sameView(settings, USUAL_VIEW)} onClose={onClose} />
      <Places />
      <PictureSettings settings={settings} change={change} />
      <MaskSettings settings={settings} change={change} />
    </div>
  );
}

interface HeadProps {
  isUsual: boolean;
  onReset: () => void;
  onClose: () => void;
}

function Head({ isUsual, onReset, onClose }: HeadProps) {
  return (
    <div className={classes.head}>
      <h2 className={classes.title}>{t("view.title")}</h2>
      <button type="button" className={classes.reset} aria-disabled={isUsual} onClick={onReset}>
        {t("view.reset")}
      </button>
      <button type="button" className={classes.close} aria-label={t("view.close")} onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}

interface SettingsProps {
  settings: ViewSettings;
  change: (change: Partial<ViewSettings>) => void;
}

function PictureSettings({ settings, change }: SettingsProps) {
  return (
    <>
      <h3 className={classes.part}>{t("view.picture")}</h3>
      <Amount name="view.brightness" value={settings.brightness} reach={4} onChange={(brightness) => change({ brightness })} />
      <Amount name="view.contrast" value={settings.contrast} reach={4} onChange={(contrast) => change({ contrast })} />
      <Amount name="view.gamma" value={settings.gamma} reach={4} onChange={(gamma) => change({ gamma })} />
      <Choice name="view.magnifier" checked={settings.magnifier} onChange={(magnifier) => change({ magnifier })} />
      <Choice name="view.preview" checked={settings.preview} onChange={(preview) => change({ preview })} />
      <p className={classes.why}>{t("view.previewWhy")}</p>
    </>
  );
}

function MaskSettings({ settings, change }: SettingsProps) {
  const { maskOpacity, outlinesOnly } = settings;
  return (
    <>
      <h3 className={classes.part}>{t("view.masks")}</h3>
      <Opacity value={maskOpacity} disabled={outlinesOnly} onChange={(opacity) => change({ maskOpacity: opacity })} />
      <Choice name="view.outlinesOnly" command="outlines" checked={outlinesOnly} onChange={(only) => change({ outlinesOnly: only })} />
    </>
  );
}

const PLACES: readonly (readonly [short: PlaceName, long: `${PlaceName}Long`, command: string])[] = [
  ["view.fit", "view.fitLong", "fit"],
  ["view.actualSize", "view.actualSizeLong", "actualSize"],
  ["view.selected", "view.selectedLong", "zoomToSelected"],
];
const TURNS: readonly (readonly [icon: WorkIconName, name: "view.turnLeft" | "view.turnRight", quarters: 1 | -1])[] = [
  ["turnLeft", "view.turnLeft", -1],
  ["turnRight", "view.turnRight", 1],
];

/** Where the picture lies. */
function Places() {
  const { view } = useWorkplace().engine;
  const go: readonly (() => void)[] = [() => view.fit(), () => view.actualSize(), () => void view.zoomToSelected()];
  const titled = useKeyTexts();
  return (
    <div className={classes.places} role="group" aria-label={t("view.place")}>
      {PLACES.map(([short, long, command], index) => (
        <button key={short} type="button" className={classes.place} title={titled(t(long), command)} onClick={go[index]}>
          {t(short)}
        </button>
      ))}
      {TURNS.map(([icon, name, quarters]) => (
        <button key={name} type="button" className={classes.turn} aria-label={t(name)} title={titled(t(name), icon)} onClick={() => view.turnBy(quarters)}>
          <WorkIcon name={icon} />
        </button>
      ))}
    </div>
  );
}

interface AmountProps {
  name: "view.brightness" | "view.contrast" | "view.gamma";
  value: number;
  /** The largest amount; its reciprocal is the least, and 1 is in the middle. */
  reach: number;
  onChange: (value: number) => void;
}

/** Steps of the same ratio: twice is as far to the right as half is to the left. */
function Amount({ name, value, reach, onChange }: AmountProps) {
  const place = Math.round((Math.log(value) / Math.log(reach)) * 100);
  const percent = Math.round(value * 100);
  return (
    <Range name={t(name)} min={-100} max={100} step={5} place={place} percent={percent} onPlace={(to) => onChange(reach ** (to / 100))} />
  );
}

interface OpacityProps {
  value: number;
  disabled: boolean;
  onChange: (value: number) => void;
}

function Opacity({ value, disabled, onChange }: OpacityProps) {
  const percent = Math.round(value * 100);
  return (
    <Range name={t("view.maskOpacity")} min={0} max={90} step={5} place={percent} percent={percent} disabled={disabled} onPlace={(to) => onChange(to / 100)} />
  );
}

interface RangeProps {
  name: string;
  min: number;
  max: number;
  step: number;
  place: number;
  percent: number;
  disabled?: boolean;
  onPlace: (place: number) => void;
}

function Range({ name, place, percent, onPlace, ...range }: RangeProps) {
  const text = t("view.percent", { percent });
  return (
    <label className={classes.amount}>
      <span>{name}</span>
      <output className={classes.value} aria-hidden="true">
        {text}
      </output>
      <input {...range} type="range" className={classes.range} value={place} aria-label={name} aria-valuetext={text} onChange={(event) => onPlace(event.currentTarget.valueAsNumber)} />
    </label>
  );
}

interface ChoiceProps {
  name: "view.magnifier" | "view.outlinesOnly" | "view.preview";
  command?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Choice({ name, command, checked, onChange }: ChoiceProps) {
  const label = (
    <>
      {t(name)} {command === undefined ? null : <CommandKey of={command} />}
    </>
  );
  return (
    <Switch
      size="sm"
      label={label}
      labelPosition="left"
      aria-label={t(name)}
      classNames={{ root: classes.choice ?? "", body: classes.choiceBody ?? "", label: classes.choiceLabel ?? "" }}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
