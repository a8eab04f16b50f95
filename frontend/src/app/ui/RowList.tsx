import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { formatDuration } from "../data/format";
import { secondsLeft, type Work } from "../data/timeLeft";
import { useNow } from "../data/useNow";
import type { Page } from "../../api/types";
import { t } from "../i18n";
import { MorePages } from "./MorePages";
import { Loaded } from "./Notes";
import { Panel } from "./Page";
import { ShareBar } from "./ProgressBar";
import classes from "./rowList.module.css";

interface ListProps<Row> {
  list: UseInfiniteQueryResult<InfiniteData<Page<Row>>>;
  /** What the list is called. */
  label: string;
  empty: ReactNode;
  row: (row: Row) => ReactNode;
}

/** A panel with a row each, and more of them on demand; something else while there are none. */
export function RowList<Row>({ list, label, empty, row }: ListProps<Row>) {
  return (
    <Loaded query={list}>
      {(data) => {
        const rows = data.pages.flatMap((page) => page.results);
        if (rows.length === 0) return empty;
        return (
          <Panel flush>
            <ul className={classes.rows} aria-label={label}>
              {rows.map(row)}
            </ul>
            <MorePages list={list} />
          </Panel>
        );
      }}
    </Loaded>
  );
}

/** How far some work is, and how long it will take. */
export function WorkBar({ work, label }: { work: Work; label: string }) {
  const left = secondsLeft(work, useNow());
  return (
    <div className={classes.work}>
      <span>
        {label}
        {left === null ? null : ` · ${t("work.left", { time: formatDuration(left) })}`}
      </span>
      <ShareBar share={work.progress} label={label} />
    </div>
  );
}
