import { OBJECT_FLAGS, type ObjectRecord } from "../../../engine";
import { t } from "../../i18n";
import { useWorkplace } from "../desk";
import { Chip } from "./FilterBar";
import classes from "./objects.module.css";

/** What may be true of every object, each a press away. */
export function FlagChips({ object, disabled }: { object: ObjectRecord; disabled: boolean }) {
  const { engine } = useWorkplace();
  return (
    <div role="group" aria-label={t("objects.flags")} className={classes.chips}>
      {OBJECT_FLAGS.map((flag) => {
        const on = object.flags?.[flag] === true;
        return (
          <Chip
            key={flag}
            on={on}
            disabled={disabled}
            title={t(`objects.flagHint.${flag}`)}
            onToggle={() => engine.edits.describe(object.id, { flags: { [flag]: !on } })}
          >
            {t(`objects.flag.${flag}`)}
          </Chip>
        );
      })}
    </div>
  );
}
