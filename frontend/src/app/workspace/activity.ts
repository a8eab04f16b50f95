/** After this long without a key or a pointer a person counts as gone. */
export const IDLE_MS = 10 * 60_000;

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

/** Notices whether anybody works at this page. The page was opened by somebody, so it starts active. */
export function watchActivity(
  target: Pick<EventTarget, "addEventListener">,
  now: () => number = () => Date.now(),
): { isActive: () => boolean } {
  let last = now();
  for (const sign of SIGNS) {
    target.addEventListener(sign, () => (last = now()), { capture: true, passive: true });
  }
  return { isActive: () => now() - last < IDLE_MS };
}
