import { Button, Popover } from "@mantine/core";
import { useEffect, type ReactNode } from "react";

import { formatAgo } from "../../data/format";
import { useNow } from "../../data/useNow";
import { t } from "../../i18n";
import { useWorkplace } from "../desk";
import { WorkIcon } from "../icons";
import { markForms, useUnfolded, type MarkForm } from "./markForms";
import type { Mark } from "./marks";
import { Problem } from "./ReasonForm";
import classes from "./task.module.css";

interface Props {
  form: MarkForm;
  /** What the button is for, or who has set the mark. */
  name: string;
  marked: boolean;
  children: (close: () => void) => ReactNode;
}

/** A button of the bar that unfolds a small form, or shows the mark that is set. */
export function MarkButton({ form, name, marked, children }: Props) {
  const { host } = useWorkplace();
  const opened = useUnfolded(form);
  const setOpened = (open: boolean): void => markForms.unfold(open ? form : null);
  // What was unfolded for one task is not for the next.
  useEffect(() => () => markForms.unfold(null), []);
  const close = (): void => {
    markForms.unfold(null);
    host.focus({ preventScroll: true });
  };
  return (
    <Popover opened={opened} onChange={setOpened} width="21rem" position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.button}
          data-marked={marked}
          aria-label={name}
          title={name}
          onClick={() => setOpened(!opened)}
        >
          <WorkIcon name={form} />
          {marked ? <span className={classes.markName}>{name}</span> : null}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={name}>{opened ? children(close) : null}</Popover.Dropdown>
    </Popover>
  );
}

interface DetailsProps {
  title: string;
  mark: Mark;
  /** What takes the mark back; null for those who may not. */
  takeBack: string | null;
  busy: boolean;
  problem: string | null;
  onTakeBack: () => void;
}

/** Who set a mark, why and when. */
export function MarkDetails({ title, mark, takeBack, busy, problem, onTakeBack }: DetailsProps) {
  const now = useNow();
  return (
    <div className={classes.form}>
      <div>
        <h2>{title}</h2>
        <p>{t("task.by", { name: mark.by.username, time: formatAgo(mark.at, now) })}</p>
      </div>
      <p className={classes.said}>
        <strong>{t(`task.reason.${mark.reason}`)}</strong>
        {mark.text === "" ? null : <span>{mark.text}</span>}
      </p>
      <Problem text={problem} />
      {takeBack === null ? null : (
        <Button size="xs" variant="default" loading={busy} onClick={onTakeBack} data-autofocus>
          {takeBack}
        </Button>
      )}
    </div>
  );
}
