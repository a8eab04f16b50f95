import { useEffect, useState } from "react";

import { useWorkplace } from "./desk";

/** Milliseconds from the last click to its mask; stays after the mask was accepted. */
export function useLastMask(): number | null {
  const { engine } = useWorkplace();
  const [ms, setMs] = useState<number | null>(null);
  useEffect(
    () =>
      engine.onStatus(({ proposal }) => {
        if (proposal !== null) setMs(Math.round(proposal.elapsedMs));
      }),
    [engine],
  );
  return ms;
}
