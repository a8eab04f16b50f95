import { Modal } from "@mantine/core";

import { t } from "../../i18n";
import { useWorkplace } from "../desk";
import classes from "./dialogs.module.css";

/** The project's guide, as its admins wrote it. */
export function GuideDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { project } = useWorkplace();
  return (
    <Modal opened={opened} onClose={onClose} title={t("workspace.guide")} size="40rem">
      <p className={classes.guide}>{project.guide}</p>
    </Modal>
  );
}
