import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { asApiError } from './api-error';
import { createClient, type RequestContext } from './client';
import type { Mode, SessionView } from './types';

/** The page's one client, one cache and one context. Everything else gets them handed. */
export const context: RequestContext = { csrf_token: null, tenant_id: null, mode: 'live' };

type Listener = () => void;
const when_expired = new Set<Listener>();

/** Tells when the session ends under a page that is open. Returns how to stop listening. */
export function onSessionExpired(listener: Listener): () => void {
  when_expired.add(listener);
  return () => when_expired.delete(listener);
}

export const SESSION_KEY = ['session'] as const;

export const queries = new QueryClient({
  queryCache: new QueryCache(),
  mutationCache: new MutationCache(),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: true,
      // A refusal stays one however often it is asked for; an outage may be over in a moment.
      retry: (failures, error) => {
        const { status } = asApiError(error);
        return (status === 0 || status >= 502) && failures < 2;
      },
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

/** For what is sent from now on. */
export function enterScope(tenant_id: string | null, mode: Mode): void {
  context.tenant_id = tenant_id;
  context.mode = mode;
}

/** A session that was made anew goes to the client at once, before React has heard of it. */
export function adoptSession(session: SessionView): void {
  takeToken(session);
  queries.setQueryData(SESSION_KEY, session);
}

export function takeToken(session: SessionView): void {
  context.csrf_token = session.csrf_token;
}

/** Nobody is signed in any more. */
export function leaveSession(): void {
  context.csrf_token = null;
  enterScope(null, 'live');
  queries.setQueryData(SESSION_KEY, null);
}

export const api = createClient({
  fetch: (...given) => fetch(...given),
  context,
  onRefreshed: adoptSession,
  onSessionExpired: () => {
    for (const listener of when_expired) listener();
  },
  // Where a browser has no locks (plain http on another host), the server's leeway for two tabs has to do.
  exclusively: (work) => ('locks' in navigator ? navigator.locks.request('switchboard:session-refresh', work) : work()),
});
