import { useEffect, useState } from "react";

import { t } from "../i18n";
import { sayObjects, saySave, sayStatus } from "./announce";
import { useWorkplace } from "./desk";

/** Says aloud what others see: points, masks, objects, saving, failures. */
export function LiveRegion() {
  const { engine, session, status, project } = useWorkplace();
  const [said, setSaid] = useState({ text: "", turn: 0 });

  useEffect(() => {
    const say = (text: string | null): void => {
      if (text !== null) setSaid(({ turn }) => ({ text, turn: turn + 1 }));
    };
    const labelName = (id: number | null): string =>
      project.labels.find((label) => label.id === id)?.name ?? t("workspace.noLabel");
    let before = status();
    let save = session.snapshot().save;
    const stops = [
      engine.onStatus((now) => {
        say(sayStatus(before, now, labelName));
        before = now;
      }),
      engine.onObjects((diff, source) => {
        if (source === "user") say(sayObjects(diff, engine.objects().length, labelName));
      }),
      session.subscribe(() => {
        const now = session.snapshot().save;
        say(saySave(save, now));
        save = now;
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [engine, session, status, project.labels]);

  // Two regions in turn: the same sentence twice is read twice.
  return (
    <>
      {[0, 1].map((region) => (
        <div key={region} className="visually-hidden" role="status" aria-live="polite">
          {said.turn % 2 === region ? said.text : ""}
        </div>
      ))}
    </>
  );
}
