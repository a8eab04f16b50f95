import { createContext, use, useSyncExternalStore } from "react";

import type { Label, Me, Project, Role, User } from "../../api/types";
import { Engine, type EngineApi, type EngineStatus, type ObjectRecord } from "../../engine";
import { IndexedDbStore, syncApi, TaskSession, type OutboxStore, type SessionSnapshot } from "../../sync";
import { t } from "../i18n";
import { watchActivity } from "./activity";
import { ringAfterTab } from "./focusRing";
import { inspectable } from "./inspect";
import classes from "./stage.module.css";

/** What the parts of an open task share: the canvas engine, the session with the server, and who works where. */
export interface Desk {
  /** The element with the canvas. It is made once and lives as long as the desk, wherever the page shows it. */
  readonly host: HTMLElement;
  readonly engine: EngineApi;
  readonly session: TaskSession;
  readonly store: OutboxStore;
  /** The engine's newest status; kept here so that a hundred readers do not build it a hundred times. */
  readonly status: () => EngineStatus;
  readonly close: () => void;
}

export interface DeskOptions {
  host: HTMLElement;
  taskId: number;
  projectId: number;
  role: Role;
  user: User;
}

const store = new IndexedDbStore();
const activity = watchActivity(window);

export function openDesk({ host, ...where }: DeskOptions): Desk {
  host.className = classes.host ?? "";
  host.setAttribute("role", "application");
  host.setAttribute("aria-label", t("workspace.opening"));
  ringAfterTab(host);
  const engine = new Engine({ host, requestMask: (request) => session.requestMask(request) });
  const session = new TaskSession({
    ...where,
    engine,
    api: syncApi,
    store,
    isActive: activity.isActive,
    describe: (code) => t(`workspace.failure.${code}`),
  });
  let latest = engine.status();
  engine.onStatus((status) => {
    latest = status;
  });
  const conceal = inspectable({ engine, session });
  return {
    host,
    engine,
    session,
    store,
    status: () => latest,
    close: () => {
      conceal();
      session.close();
      engine.destroy();
    },
  };
}

export interface Workplace extends Desk {
  readonly project: Project;
  readonly me: Me;
  readonly taskId: number;
}

export const WorkplaceContext = createContext<Workplace | null>(null);

export function useWorkplace(): Workplace {
  const workplace = use(WorkplaceContext);
  if (workplace === null) throw new Error("useWorkplace is used outside of an open task.");
  return workplace;
}

/** One value of the engine's status; renders again only when that value changes, not with every pointer move. */
export function useStatus<T extends string | number | boolean | object | null>(
  select: (status: EngineStatus) => T,
): T {
  const { engine, status } = useWorkplace();
  return useSyncExternalStore(
    (listener) => engine.onStatus(listener),
    () => select(status()),
  );
}

export function useObjects(): readonly ObjectRecord[] {
  const { engine } = useWorkplace();
  return useSyncExternalStore(
    (listener) => engine.onObjects(listener),
    () => engine.objects(),
  );
}

export function useSession(): SessionSnapshot {
  const { session } = useWorkplace();
  return useSyncExternalStore(session.subscribe, session.snapshot);
}

/** Labels in the order of their number keys. */
export function sortedLabels(project: Project): readonly Label[] {
  return [...project.labels].sort((a, b) => a.position - b.position || a.id - b.id);
}
