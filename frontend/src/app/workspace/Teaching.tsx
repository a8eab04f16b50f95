import { useEffect, useState } from "react";

import { t } from "../i18n";
import { Icon } from "../ui/icons";
import { useSession, useStatus, useWorkplace } from "./desk";
import { LAST_STEP, nextStep, rememberTaught, wasTaught, type Step } from "./teaching";
import classes from "./panel.module.css";

/** Three short hints along a person's first object, then never again. They lie beside the picture, not on it. */
export function Teaching() {
  const { engine, me } = useWorkplace();
  const editable = useStatus((status) => !status.readOnly && status.image === "ready");
  const inReview = useSession().task?.state === "submitted";
  const [step, setStep] = useState<Step | null>(() => (wasTaught(me.id) ? null : 1));

  useEffect(() => {
    if (step === null) return;
    const made = { byUser: 0 };
    const stops = [
      engine.onObjects((diff, source) => {
        if (source === "user") made.byUser += Object.keys(diff.added).length;
      }),
      engine.onStatus((status) => setStep((now) => nextStep(now, { ...status, made: made.byUser }))),
    ];
    return () => stops.forEach((stop) => stop());
  }, [engine, step]);

  useEffect(() => {
    if (step === null || step === LAST_STEP) rememberTaught(me.id);
  }, [step, me.id]);

  if (step === null || !editable || inReview) return null;
  return (
    <div className={classes.teach}>
      <span className={classes.teachStep}>{t("workspace.teach.step", { step })}</span>
      <strong>{t(`workspace.teach.${step}.title`)}</strong>
      <p>{t(`workspace.teach.${step}.text`)}</p>
      <button type="button" className={classes.teachSkip} aria-label={t("workspace.teach.skip")} onClick={() => setStep(null)}>
        <Icon name={step === LAST_STEP ? "check" : "close"} size={0.9375} />
      </button>
    </div>
  );
}
