import { Button } from "@mantine/core";
import { useState } from "react";

import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import { useSession, useStatus, useWorkplace } from "../desk";
import stage from "../stage.module.css";
import { usePresence } from "./hooks";
import { editingBefore, warningKey } from "./warning";

/** Warns before one changes an object that is being edited elsewhere. It keeps nobody from it. */
export function EditWarning() {
  const { engine, session, me } = useWorkplace();
  const presence = usePresence();
  const selection = useStatus((status) => status.selection);
  const { access } = useSession();
  const [accepted, setAccepted] = useState<ReadonlySet<string>>(new Set());
  const objectId = selection === null ? null : (session.annotation(selection)?.id ?? null);
  const other = editingBefore(presence, objectId);
  if (other === null || access.kind !== "edit" || accepted.has(warningKey(other))) return null;
  const own = other.by.id === me.id;
  return (
    <div role="alert" className={stage.notice} data-tone="warn">
      <Icon name="alert" />
      <span>{own ? t("together.warn.own") : t("together.warn.other", { name: other.by.username })}</span>
      <Button size="compact-sm" variant="default" onClick={() => setAccepted(new Set([...accepted, warningKey(other)]))}>
        {t("together.warn.goOn")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => engine.select(null)}>
        {t("together.warn.look")}
      </Button>
    </div>
  );
}
