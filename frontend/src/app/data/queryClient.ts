import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { isApiError } from "../../api/errors";
import { keys, shouldRetry } from "./queries";
import { sessionEnded } from "./session";

function watchSession(error: unknown): void {
  if (isApiError(error) && error.status === 401) sessionEnded();
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // Asking who is signed in is how the guard learns it; the guard itself leads to the sign-in page.
      if (query.queryKey[0] !== keys.me[0]) watchSession(error);
    },
  }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (mutation.options.mutationKey?.[0] !== "signIn") watchSession(error);
    },
  }),
  defaultOptions: {
    queries: { staleTime: 15_000, retry: shouldRetry },
    mutations: { retry: false },
  },
});
