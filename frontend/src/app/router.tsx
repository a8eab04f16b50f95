import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";

import { CommandHost } from "./commands/CommandHost";
import { preferences } from "./data/preferences";
import { projectQuery } from "./data/queries";
import { queryClient } from "./data/queryClient";
import { currentUser, safeRedirect } from "./data/session";
import { isListFilter } from "./data/taskState";
import type { ListFilter } from "../api/calls";
import { isApiError } from "../api/errors";
import { ProjectLayout } from "./shell/ProjectLayout";
import { BareError, BareMissing, RouteError, RouteMissing, RoutePending } from "./shell/RouteStates";
import { Shell } from "./shell/Shell";

interface RouterContext {
  cache: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet, notFoundComponent: BareMissing, errorComponent: BareError });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (search: Record<string, unknown>): { redirect?: string | undefined } => ({
    redirect: typeof search["redirect"] === "string" ? search["redirect"] : undefined,
  }),
  beforeLoad: async ({ context, search }) => {
    const user = await currentUser(context.cache).catch(() => null);
    if (user !== null) throw redirect({ href: safeRedirect(search.redirect) });
  },
  component: lazyRouteComponent(() => import("./pages/LoginPage"), "LoginPage"),
});

/** Everything below needs a signed-in person; the address is kept for after the sign-in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    const user = await currentUser(context.cache);
    if (user === null) throw redirect({ to: "/login", search: { redirect: location.href } });
    preferences.open(user.id);
    return { user };
  },
  component: CommandHost,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/projects", replace: true });
  },
});

const shell = createRoute({ getParentRoute: () => signedIn, id: "shell", component: Shell });

const projects = createRoute({
  getParentRoute: () => shell,
  path: "/projects",
  component: lazyRouteComponent(() => import("./pages/ProjectsPage"), "ProjectsPage"),
});

const newProject = createRoute({
  getParentRoute: () => shell,
  path: "/projects/new",
  component: lazyRouteComponent(() => import("./pages/newProject/NewProjectPage"), "NewProjectPage"),
});

const me = createRoute({
  getParentRoute: () => shell,
  path: "/me",
  component: lazyRouteComponent(() => import("./pages/me/MePage"), "MePage"),
});

const project = createRoute({
  getParentRoute: () => shell,
  path: "/p/$projectId",
  beforeLoad: ({ params }) => {
    if (!isId(params.projectId)) throw notFound();
  },
  loader: async ({ context, params }) => {
    try {
      await context.cache.ensureQueryData(projectQuery(Number(params.projectId)));
    } catch (error) {
      throw isApiError(error) && error.status === 404 ? notFound() : error;
    }
  },
  component: ProjectLayout,
});

const overview = createRoute({
  getParentRoute: () => project,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/overview/OverviewPage"), "OverviewPage"),
});

const data = createRoute({
  getParentRoute: () => project,
  path: "data",
  // Named even when it is nonsense: what is left out here would come through as it was typed.
  validateSearch: (search: Record<string, unknown>): { state?: ListFilter | undefined } => ({
    state: isListFilter(search["state"]) ? search["state"] : undefined,
  }),
  component: lazyRouteComponent(() => import("./pages/data/DataPage"), "DataPage"),
});

const labels = createRoute({
  getParentRoute: () => project,
  path: "labels",
  component: lazyRouteComponent(() => import("./pages/labels/LabelsPage"), "LabelsPage"),
});

const people = createRoute({
  getParentRoute: () => project,
  path: "people",
  component: lazyRouteComponent(() => import("./pages/people/PeoplePage"), "PeoplePage"),
});

const imports = createRoute({
  getParentRoute: () => project,
  path: "imports",
  component: lazyRouteComponent(() => import("./pages/imports/ImportsPage"), "ImportsPage"),
});

const exports = createRoute({
  getParentRoute: () => project,
  path: "exports",
  component: lazyRouteComponent(() => import("./pages/exports/ExportsPage"), "ExportsPage"),
});

const models = createRoute({
  getParentRoute: () => project,
  path: "models",
  component: lazyRouteComponent(() => import("./pages/models/ModelsPage"), "ModelsPage"),
});

const annotate = createRoute({
  getParentRoute: () => project,
  path: "annotate",
  component: lazyRouteComponent(() => import("./pages/NextTaskPage"), "AnnotateNextPage"),
});

const review = createRoute({
  getParentRoute: () => project,
  path: "review",
  component: lazyRouteComponent(() => import("./pages/review/ReviewPage"), "ReviewPage"),
});

const reviewNext = createRoute({
  getParentRoute: () => project,
  path: "review/next",
  component: lazyRouteComponent(() => import("./pages/NextTaskPage"), "ReviewNextPage"),
});

const workspace = createRoute({
  getParentRoute: () => signedIn,
  path: "/p/$projectId/t/$taskId",
  beforeLoad: ({ params }) => {
    if (!isId(params.projectId) || !isId(params.taskId)) throw notFound();
  },
  component: lazyRouteComponent(() => import("./workspace/WorkspacePage")),
});

function isId(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}

const routeTree = root.addChildren([
  login,
  signedIn.addChildren([
    home,
    shell.addChildren([
      projects,
      newProject,
      me,
      project.addChildren([overview, data, labels, people, models, imports, exports, annotate, review, reviewNext]),
    ]),
    workspace,
  ]),
]);

export const router = createRouter({
  routeTree,
  context: { cache: queryClient },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: RouteMissing,
  defaultPendingComponent: RoutePending,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
