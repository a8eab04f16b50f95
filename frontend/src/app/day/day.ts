/** One's day in words and numbers. */
import { queryOptions } from "@tanstack/react-query";

import { myDay } from "../../api/taskCalls";
import { t } from "../i18n";

export const dayKey = (projectId: number) => ["project", projectId, "myDay"] as const;

/** Minutes east of UTC here and now; the opposite sign of what JavaScript calls the offset. */
export const minutesEast = (now = new Date()): number => 0 - now.getTimezoneOffset();

export const dayQuery = (projectId: number) =>
  queryOptions({ queryKey: dayKey(projectId), queryFn: () => myDay(projectId, minutesEast()), staleTime: 30_000 });

/** `4.2 s`, `38 s`, `12 min`, `3 h 5 min`. */
export function workTime(seconds: number): string {
  if (seconds < 9.95) return t("day.seconds", { count: seconds.toFixed(1) });
  if (seconds < 59.5) return t("day.seconds", { count: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("day.minutes", { count: minutes });
  return t("day.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
