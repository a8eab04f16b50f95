import classes from "./models.module.css";

export type BadgeTone = "good" | "wait" | "bad" | "plain" | "busy";

/** A word about a version or a run. The word says it; the colour helps to find it. */
export function Badge({ tone, children }: { tone: BadgeTone; children: string }) {
  return (
    <span className={classes.badge} data-tone={tone}>
      {children}
    </span>
  );
}
