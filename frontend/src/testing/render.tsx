import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, type RenderResult } from "@testing-library/react";
import type { ReactNode } from "react";

import { theme } from "../app/theme/theme";

/** Renders a part of a page with what every page has around it. */
export function renderPart(part: ReactNode): RenderResult & { cache: QueryClient } {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const result = render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={cache}>{part}</QueryClientProvider>
    </MantineProvider>,
  );
  return { ...result, cache };
}

/** The same for a part that links to other pages; nothing is there when one goes to them. */
export async function renderRouted(part: ReactNode, at = "/"): Promise<ReturnType<typeof renderPart>> {
  const root = createRootRoute({ component: () => part });
  const places = ["/p/$projectId", "/p/$projectId/t/$taskId", "/p/$projectId/data", "/projects"];
  const routes = places.map((path) => createRoute({ getParentRoute: () => root, path }));
  const history = createMemoryHistory({ initialEntries: [at] });
  const router = createRouter({ routeTree: root.addChildren(routes), history });
  await router.load();
  return renderPart(<RouterProvider router={router} />);
}
