import type { SaveState } from "../../sync";
import { t } from "../i18n";

/** The save indicator's words. */
export function saveText(save: SaveState): string {
  switch (save.kind) {
    case "saved":
      return t("workspace.save.saved");
    case "saving":
      return t("workspace.save.saving");
    case "offline":
      if (save.unsent === 0) return t("workspace.save.offline");
      return t(save.server ? "workspace.save.waitingUnsent" : "workspace.save.offlineUnsent", { count: save.unsent });
    case "conflict":
      return t("workspace.save.conflict");
    case "stopped":
      return t("workspace.save.stopped", { count: save.unsent });
  }
}
