/** Below this share a forecast would be a guess. */
const LEAST_SHARE = 0.05;

export interface Work {
  progress: number;
  started_at: string | null;
}

/** Seconds until running work ends, at its pace so far; null while that cannot be said. */
export function secondsLeft(row: Work, now: number): number | null {
  if (row.started_at === null || row.progress < LEAST_SHARE || row.progress >= 1) return null;
  const spent = (now - Date.parse(row.started_at)) / 1000;
  return spent <= 0 ? null : (spent * (1 - row.progress)) / row.progress;
}
