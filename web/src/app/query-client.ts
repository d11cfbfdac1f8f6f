import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ProblemError } from '../api/client.ts'
import { authQuery } from '../api/queries.ts'

/** Whatever was asked of the API, and its answers. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What is refused stays refused; only what may pass by itself is tried again.
      retry: (failures, error) => {
        const status = error instanceof ProblemError ? error.status : 0
        return failures < 2 && (status === 0 || status >= 500)
      },
    },
  },
  queryCache: new QueryCache({
    onError(error) {
      // The session has ended: the pages notice by this query, and ask to sign in.
      if (error instanceof ProblemError && error.status === 401) {
        void queryClient.invalidateQueries({ queryKey: authQuery.queryKey })
      }
    },
  }),
})
