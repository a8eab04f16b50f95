import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect } from "react";

import { keys } from "./data/queries";
import { queryClient } from "./data/queryClient";
import { onSessionEnd } from "./data/session";
import { router } from "./router";
import { cssVariablesResolver, theme } from "./theme/theme";
import { themeMemory } from "./theme/themeMemory";
import { Toaster } from "./ui/Toaster";

const colorSchemes = themeMemory();

/**
 * A session can end in any request, and usually in several at once: the first leads to the sign-in page through
 * the guard, and what the old session had loaded goes once its pages are gone.
 */
function useSessionEnd(): void {
  useEffect(() => {
    let leaving = false;
    const leave = async (): Promise<void> => {
      if (leaving) return;
      leaving = true;
      queryClient.removeQueries({ queryKey: keys.me });
      await router.invalidate();
      if (router.state.location.pathname === "/login") queryClient.clear();
      leaving = false;
    };
    return onSessionEnd(() => void leave());
  }, []);
}

export function App() {
  useSessionEnd();
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toaster />
      </QueryClientProvider>
    </MantineProvider>
  );
}
