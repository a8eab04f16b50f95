import { Button } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";

import { isApiError } from "../../api/errors";
import { describeError } from "../data/describeError";
import { t } from "../i18n";
import { LinkButton } from "../ui/LinkButton";
import { EmptyState, Loading } from "../ui/Notes";

/** A page that could not be loaded: says why, and tries again without a reload. */
export function RouteError({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter();
  const again = (): void => {
    reset();
    void router.invalidate();
  };
  const title = isApiError(error) && error.status === 403 ? t("error.notAllowedTitle") : t("error.title");
  return (
    <div role="alert">
      <EmptyState level={1} icon="alert" title={title} action={<Button onClick={again}>{t("action.tryAgain")}</Button>}>
        {describeError(error)}
      </EmptyState>
    </div>
  );
}

export function RouteMissing() {
  return (
    <EmptyState
      level={1}
      icon="alert"
      title={t("error.missingTitle")}
      action={<LinkButton to="/projects">{t("error.toProjects")}</LinkButton>}
    >
      {t("error.missing")}
    </EmptyState>
  );
}

/** The same where no shell is around it to give the page its landmark. */
export function BareError(props: Parameters<typeof RouteError>[0]) {
  return (
    <main>
      <RouteError {...props} />
    </main>
  );
}

export function BareMissing() {
  return (
    <main>
      <RouteMissing />
    </main>
  );
}

export const RoutePending = Loading;
