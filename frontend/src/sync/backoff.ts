const FIRST_MS = 500;
const CAP_MS = 5_000;

/**
 * Milliseconds to wait before try number `attempt` (0 for the first retry): doubles from 0.5 s up to 5 s.
 * The upper half is drawn by `random` (0..1), so that all clients of a restarted server do not return at once.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.max(FIRST_MS, ceiling * (0.5 + random() / 2));
}
