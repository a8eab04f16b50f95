import { createContext, use, useSyncExternalStore } from "react";

import type { Label, Me, Project, Role, User } from "../../api/types";
import { Engine, type EngineApi, type EngineStatus, type ObjectRecord } from "../../engine";
import { IndexedDbStore, syncApi, Tabs, TaskSession, WorkClock, type OutboxStore, type SessionSnapshot } from "../../sync";
import { t } from "../i18n";
import { watchActivity } from "./activity";
import { commentsOf } from "./comments/store";
import { ringAfterTab } from "./focusRing";
import { inspectable } from "./inspect";
import { reviewOf } from "./review/reviewDesk";
import { asking, deliverPreviews } from "./view/previews";
import classes from "./stage.module.css";
import { Together } from "./together/together";

/** What the parts of an open task share: the canvas engine, the session with the server, and who works where. */
export interface Desk {
  /** The element with the canvas. It is made once and lives as long as the desk, wherever the page shows it. */
  readonly host: HTMLElement;
  readonly engine: EngineApi;
  readonly session: TaskSession;
  readonly store: OutboxStore;
  readonly together: Together;
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
let tabs: Tabs | null = null;

export function openDesk({ host, ...where }: DeskOptions): Desk {
  prepare(host);
  const engine = new Engine({ host, ...asking(() => session) });
  const clock = new WorkClock();
  const session: TaskSession = new TaskSession({
    ...where,
    engine,
    api: syncApi,
    store,
    isActive: activity.isActive,
    describe: (code) => t(`workspace.failure.${code}`),
    workTime: (diff) => clock.take(diff),
  });
  tabs ??= new Tabs();
  const { user: me, taskId } = where;
  const together = new Together({ engine, session, store, me, taskId, tabs, clock, target: window });
  // Made with the session, so that they hear all that it hears.
  commentsOf({ session, taskId: where.taskId, user: where.user });
  reviewOf({ session, engine, user: where.user });
  deliverPreviews(session, engine);
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
    together,
    status: () => latest,
    close: () => {
      conceal();
      together.close();
      session.close();
      engine.destroy();
    },
  };
}

function prepare(host: HTMLElement): void {
  host.className = classes.host ?? "";
  host.setAttribute("role", "application");
  host.setAttribute("aria-label", t("workspace.opening"));
  ringAfterTab(host);
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
