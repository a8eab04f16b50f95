import { Button, Loader } from "@mantine/core";
import type { ReactNode } from "react";

import { isApiError } from "../../api/errors";
import { describeError } from "../data/describeError";
import { t } from "../i18n";
import { Icon, type IconName } from "./icons";
import classes from "./ui.module.css";

/** A refusal stays one: its sentence says what to do instead of trying again. */
function refused(error: unknown): boolean {
  return isApiError(error) && error.status >= 400 && error.status < 500 && !error.temporary;
}

/** What went wrong, where the eye is, with one action. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div role="alert" className={classes.errorNote}>
      <Icon name="alert" />
      <span>{describeError(error)}</span>
      {onRetry === undefined || refused(error) ? null : (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          {t("action.tryAgain")}
        </Button>
      )}
    </div>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  children: ReactNode;
  action?: ReactNode;
  /** 1 where this is all there is on the page. */
  level?: 1 | 2;
}

/** An empty list says what belongs here and how to begin. */
export function EmptyState({ icon, title, children, action, level = 2 }: EmptyProps) {
  const Heading = `h${level}` as const;
  return (
    <div className={classes.empty}>
      <span className={classes.emptyIcon}>
        <Icon name={icon} size={1.375} />
      </span>
      <Heading>{title}</Heading>
      <p>{children}</p>
      {action}
    </div>
  );
}

export function Loading() {
  return (
    <div className={classes.loading} role="status" aria-label={t("common.loading")}>
      <Loader size="sm" color="gray" type="dots" />
    </div>
  );
}

/** Waits, then shows the error or the content: the shape of every page that reads one thing. */
export function Loaded<T>(props: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
}) {
  const { data, error, refetch } = props.query;
  if (data !== undefined) return props.children(data);
  if (error !== null && error !== undefined) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  return <Loading />;
}
