import { Button } from "@mantine/core";
import { useEffect } from "react";

import { sessionEnded } from "../data/session";
import { t } from "../i18n";
import { LinkButton } from "../ui/LinkButton";
import { EmptyState } from "../ui/Notes";
import classes from "./stage.module.css";

type Refusal = "not_signed_in" | "not_allowed" | "not_found";

/** The server does not open this task for this person, and says why. */
export function Gone({ refusal }: { refusal: Refusal }) {
  useEffect(() => {
    if (refusal === "not_signed_in") sessionEnded();
  }, [refusal]);
  const action =
    refusal === "not_signed_in" ? (
      <Button onClick={sessionEnded}>{t("workspace.notice.signIn")}</Button>
    ) : (
      <LinkButton to="/projects">{t("error.toProjects")}</LinkButton>
    );
  return (
    <main role="alert" className={classes.gone}>
      <EmptyState icon="alert" title={t("error.title")} action={action}>
        {t(`workspace.gone.${refusal}`)}
      </EmptyState>
    </main>
  );
}
