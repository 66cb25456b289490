import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { BASE } from '../api/address';
import { validateAuditSearch } from '../features/audit/search';
import { validateDeadLettersSearch } from '../features/dead-letters/search';
import { validateDeliveriesSearch } from '../features/deliveries/search';
import { validateDocsSearch } from '../features/docs/search';
import { validateEventsSearch } from '../features/events/search';
import { validateKeysSearch } from '../features/keys/search';
import { validateOverviewSearch } from '../features/overview/search';
import { validateSignInSearch } from '../features/session/search';
import { SignedIn } from '../features/session/signed-in';
import { NotFound } from '../features/shell/not-found';
import { ScreenError } from '../features/shell/screen-error';
import { validateWebhookSearch, validateWebhooksSearch } from '../features/webhooks/search';
import { Loading } from '../ui/states';
import { lazyScreen } from './lazy-screen';
import { Root } from './root';
import { parseSearch, stringifySearch } from './search-params';

/** Every screen of the portal. Each is a chunk of its own, fetched when one goes (or points) there. */
const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const sign_in = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: validateSignInSearch,
  component: lazyScreen(() => import('../features/session/sign-in-screen'), 'SignInScreen'),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyScreen(() => import('../features/session/invitation-screen'), 'InvitationScreen'),
});
const open = createRoute({
  getParentRoute: () => root,
  path: '/open',
  component: lazyScreen(() => import('../features/session/open-screen'), 'OpenScreen'),
});

/** Everything below needs a session: SignedIn asks for it and puts the navigation around the screen. */
const signed_in = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn });

const overview = createRoute({
  getParentRoute: () => signed_in,
  path: '/',
  validateSearch: validateOverviewSearch,
  component: lazyScreen(() => import('../features/overview/overview-screen'), 'OverviewScreen'),
});
const keys = createRoute({
  getParentRoute: () => signed_in,
  path: '/keys',
  validateSearch: validateKeysSearch,
  component: lazyScreen(() => import('../features/keys/keys-screen'), 'KeysScreen'),
});
const webhooks = createRoute({
  getParentRoute: () => signed_in,
  path: '/webhooks',
  validateSearch: validateWebhooksSearch,
  component: lazyScreen(() => import('../features/webhooks/webhooks-screen'), 'WebhooksScreen'),
});
const webhook = createRoute({
  getParentRoute: () => signed_in,
  path: '/webhooks/$endpointId',
  validateSearch: validateWebhookSearch,
  component: lazyScreen(() => import('../features/webhooks/webhook-screen'), 'WebhookScreen'),
});
const deliveries = createRoute({
  getParentRoute: () => signed_in,
  path: '/deliveries',
  validateSearch: validateDeliveriesSearch,
  component: lazyScreen(() => import('../features/deliveries/deliveries-screen'), 'DeliveriesScreen'),
});
const dead_letters = createRoute({
  getParentRoute: () => signed_in,
  path: '/dead-letters',
  validateSearch: validateDeadLettersSearch,
  component: lazyScreen(() => import('../features/dead-letters/dead-letters-screen'), 'DeadLettersScreen'),
});
const events = createRoute({
  getParentRoute: () => signed_in,
  path: '/events',
  validateSearch: validateEventsSearch,
  component: lazyScreen(() => import('../features/events/events-screen'), 'EventsScreen'),
});
const docs = createRoute({
  getParentRoute: () => signed_in,
  path: '/docs',
  validateSearch: validateDocsSearch,
  component: lazyScreen(() => import('../features/docs/docs-screen'), 'DocsScreen'),
});
const audit = createRoute({
  getParentRoute: () => signed_in,
  path: '/audit',
  validateSearch: validateAuditSearch,
  component: lazyScreen(() => import('../features/audit/audit-screen'), 'AuditScreen'),
});
const people = createRoute({
  getParentRoute: () => signed_in,
  path: '/people',
  component: lazyScreen(() => import('../features/people/people-screen'), 'PeopleScreen'),
});

const SCREENS = [overview, keys, webhooks, webhook, deliveries, dead_letters, events, docs, audit, people];

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([sign_in, invitation, open, signed_in.addChildren(SCREENS)]),
    basepath: BASE,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingMs: 150,
    defaultPendingComponent: () => <Loading words="Opening the screen…" rows={5} />,
    defaultErrorComponent: ScreenError,
    defaultNotFoundComponent: NotFound,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
