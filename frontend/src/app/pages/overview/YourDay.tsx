import { useQuery } from "@tanstack/react-query";

import { dayQuery } from "../../day/day";
import { Day } from "../../day/Day";
import { t } from "../../i18n";
import { Loaded } from "../../ui/Notes";
import { Panel } from "../../ui/Page";

const REFRESH_MS = 60_000;

/** What this person has made today, here. */
export function YourDay({ projectId }: { projectId: number }) {
  const day = useQuery({ ...dayQuery(projectId), refetchInterval: REFRESH_MS });
  return (
    <Panel title={t("day.title")}>
      <Loaded query={day}>{(data) => <Day day={data} />}</Loaded>
    </Panel>
  );
}
