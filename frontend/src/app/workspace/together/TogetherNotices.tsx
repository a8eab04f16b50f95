import { ConflictCard } from "./ConflictCard";
import { EditWarning } from "./EditWarning";
import { LostSteps } from "./LostSteps";

/** What other people and tabs make necessary to know or to decide. */
export function TogetherNotices() {
  return (
    <>
      <ConflictCard />
      <EditWarning />
      <LostSteps />
    </>
  );
}
