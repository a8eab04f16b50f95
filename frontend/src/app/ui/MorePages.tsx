import { Button } from "@mantine/core";

import { t } from "../i18n";
import { ErrorNote } from "./Notes";
import { useMorePages } from "./useMorePages";
import classes from "./ui.module.css";

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage: () => unknown;
}

/** The end of a list that goes on: loads by itself when scrolled to, and by a button for everybody else. */
export function MorePages({ list }: { list: Paged }) {
  const watched = useMorePages<HTMLDivElement>(list);
  if (list.isFetchNextPageError) return <ErrorNote error={list.error} onRetry={() => list.fetchNextPage()} />;
  if (!list.hasNextPage) return null;
  return (
    <div ref={watched} className={classes.more}>
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
        {t("action.showMore")}
      </Button>
    </div>
  );
}
