import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect } from "react";

import { queryClient } from "./data/queryClient";
import { onSessionEnd } from "./data/session";
import { router } from "./router";
import { cssVariablesResolver, theme } from "./theme/theme";
import { Toaster } from "./ui/Toaster";

const colorSchemes = localStorageColorSchemeManager({ key: "cardinal-color-scheme" });

/** A session can end in any request: the cache of the old one goes, and the guard leads to the sign-in page. */
function useSessionEnd(): void {
  useEffect(
    () =>
      onSessionEnd(() => {
        queryClient.clear();
        void router.invalidate();
      }),
    [],
  );
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
