import { ActionIcon, Button } from "@mantine/core";

import { t } from "../i18n";
import { Icon } from "./icons";
import { dismissToast, useToasts, type Toast } from "./toasts";
import classes from "./ui.module.css";

function ToastView({ toast }: { toast: Toast }) {
  const act = (): void => {
    toast.action?.run();
    dismissToast(toast.id);
  };
  return (
    <div className={classes.toast} data-tone={toast.tone}>
      {toast.tone === "error" ? <Icon name="alert" /> : null}
      <span>{toast.text}</span>
      {toast.action === null ? null : (
        <Button size="compact-sm" variant="subtle" onClick={act}>
          {toast.action.label}
        </Button>
      )}
      <ActionIcon size="sm" aria-label={t("action.dismiss")} onClick={() => dismissToast(toast.id)}>
        <Icon name="close" size={0.875} />
      </ActionIcon>
    </div>
  );
}

export function Toaster() {
  const toasts = useToasts();
  return (
    <div className={classes.toaster} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  );
}
