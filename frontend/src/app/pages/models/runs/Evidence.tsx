import { Modal, UnstyledButton } from "@mantine/core";
import { useState } from "react";

import { t } from "../../../i18n";
import classes from "../models.module.css";

/** The pictures behind the figures: small in the row, as large as the window on request. */
export function Evidence({ url }: { url: string }) {
  const [open, setOpen] = useState(false);
  return (
    <figure className={classes.evidence}>
      <figcaption>{t("models.run.evidence")}</figcaption>
      <UnstyledButton aria-label={t("models.run.evidenceOpen")} onClick={() => setOpen(true)}>
        <img src={url} alt="" loading="lazy" />
      </UnstyledButton>
      <Modal opened={open} onClose={() => setOpen(false)} title={t("models.run.evidence")} size="auto">
        <img className={classes.evidenceLarge} src={url} alt={t("models.run.evidenceAlt")} />
      </Modal>
    </figure>
  );
}
