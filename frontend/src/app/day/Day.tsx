import type { MyDay } from "../../api/taskCalls";
import { formatCount } from "../data/format";
import { t } from "../i18n";
import { workTime } from "./day";
import classes from "./day.module.css";

/** Objects, images, work time and the usual time an object took. */
export function Day({ day }: { day: MyDay }) {
  if (day.objects === 0) return <p className={classes.quiet}>{t("day.nothing")}</p>;
  const median = day.median_seconds_per_object;
  const rows = [
    [t("day.objects"), formatCount(day.objects)],
    [t("day.images"), formatCount(day.images)],
    [t("day.work"), day.seconds > 0 ? workTime(day.seconds) : t("day.unknown")],
    [t("day.median"), median === null ? t("day.unknown") : workTime(median)],
  ] as const;
  return (
    <>
      <dl className={classes.day}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dd className="num">{value}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
      <p className={classes.why}>{t("day.why")}</p>
    </>
  );
}
