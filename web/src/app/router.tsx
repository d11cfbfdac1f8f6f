import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouteComponent,
  redirect,
} from '@tanstack/react-router'
import { authQuery } from '../api/queries.ts'
import { Loading } from '../ui/loading.tsx'
import { NotFound } from './not-found.tsx'
import { queryClient } from './query-client.ts'
import { RouteProblem } from './route-problem.tsx'
import { parseSearch, type SearchParams, stringifySearch } from './search-params.ts'
import { Shell } from './shell.tsx'

const asParams = (search: Record<string, unknown>) => search as SearchParams

const root = createRootRoute({ validateSearch: asParams })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
})
const signInLink = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/link',
  component: lazyRouteComponent(() => import('../pages/sign-in/sign-in-link-page.tsx'), 'SignInLinkPage'),
})
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../pages/sign-in/setup-page.tsx'), 'SetupPage'),
})

/** Everything behind the sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const auth = await queryClient.ensureQueryData(authQuery)
    if (auth.caller) return
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { from: location.href } })
  },
})

const page = <P extends string>(path: P, component: RouteComponent) =>
  createRoute({ getParentRoute: () => inside, path, component })

const routeTree = root.addChildren([
  signIn,
  signInLink,
  setup,
  inside.addChildren([
    page(
      '/',
      lazyRouteComponent(() => import('../pages/dashboard/dashboard-page.tsx'), 'DashboardPage'),
    ),
    page(
      '/integrations',
      lazyRouteComponent(() => import('../pages/integrations/integrations-page.tsx'), 'IntegrationsPage'),
    ),
    page(
      '/integrations/wiz/connect',
      lazyRouteComponent(() => import('../pages/connect/connect-page.tsx'), 'ConnectPage'),
    ),
    page(
      '/connections/$name',
      lazyRouteComponent(() => import('../pages/connection/connection-page.tsx'), 'ConnectionPage'),
    ),
    page(
      '/connections/$name/$tab',
      lazyRouteComponent(() => import('../pages/connection/connection-page.tsx'), 'ConnectionPage'),
    ),
    page(
      '/runs/$run',
      lazyRouteComponent(() => import('../pages/runs/run-page.tsx'), 'RunPage'),
    ),
    page(
      '/browse/$plural',
      lazyRouteComponent(() => import('../pages/list/browse-page.tsx'), 'BrowsePage'),
    ),
    page(
      '/browse/$plural/$id',
      lazyRouteComponent(() => import('../pages/object/object-page.tsx'), 'ObjectPage'),
    ),
    page(
      '/why',
      lazyRouteComponent(() => import('../pages/why/why-page.tsx'), 'WhyPage'),
    ),
    page(
      '/settings/$section',
      lazyRouteComponent(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
    ),
    page('/$', NotFound),
  ]),
])

/** Which page an address shows. */
export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingComponent: () => (
    <div className="page">
      <Loading />
    </div>
  ),
  defaultPendingMs: 300,
  defaultErrorComponent: RouteProblem,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
