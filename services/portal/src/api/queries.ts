import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryOptions,
} from '@tanstack/react-query';
import { useCallback } from 'react';
import { asApiError, type ApiError } from './api-error';
import type { Query } from './address';
import type { Api, Page } from './client';
import { useScope, type Scope } from './scope';
import { api } from './wiring';

/** Said with each question, so that an answer never lands under another tenant's key when one switches meanwhile. */
function inScope({ tenant_id, mode }: Scope) {
  return { tenant_id, mode };
}

export function useApi(): Api {
  return api;
}

interface QueryOptions {
  query?: Query;
  enabled?: boolean;
  refetch_ms?: number;
  /** Keep showing the answer to the last question while the next is on its way. */
  keep_previous?: boolean;
}

/** The key of everything asked of `path`; rows of one tenant and mode never answer for another's. */
export function scopedKey(scope: { tenant_id: string | null; mode: string }, path: string, query?: Query) {
  return ['api', scope.tenant_id, scope.mode, path, ...(query ? [query] : [])] as const;
}

function common({ enabled, refetch_ms, keep_previous }: QueryOptions) {
  return {
    ...(enabled !== undefined && { enabled }),
    ...(refetch_ms !== undefined && { refetchInterval: refetch_ms }),
    ...(keep_previous && { placeholderData: keepPreviousData }),
  } satisfies Partial<UseQueryOptions>;
}

/** One thing: `useApiQuery<EndpointView>('/webhooks/ep_…')`. */
export function useApiQuery<T>(path: string, options: QueryOptions = {}) {
  const scope = useScope();
  return useQuery<T, ApiError>({
    queryKey: scopedKey(scope, path, options.query),
    queryFn: ({ signal }) => api.get<T>(path, options.query, { signal, ...inScope(scope) }),
    ...(common(options) as object),
  });
}

/** One page of a list, with its meta. */
export function useApiList<T>(path: string, options: QueryOptions = {}) {
  const scope = useScope();
  return useQuery<Page<T>, ApiError>({
    queryKey: scopedKey(scope, path, { ...options.query, '': 'list' }),
    queryFn: ({ signal }) => api.list<T>(path, options.query, { signal, ...inScope(scope) }),
    ...(common(options) as object),
  });
}

const PAGE_OF_ALL = 100;
/** Beyond this many rows no screen is the place to look through them. */
const MOST_PAGES = 20;

/** What can be told apart by its id, and how many there are in all. */
export interface All<T> {
  rows: T[];
  total: number;
}

/** A whole list that has pages and no cursor, to search among all of it: endpoints, keys. They are few. */
export function useApiAll<T extends { id: string }>(path: string, { query, ...options }: QueryOptions = {}) {
  const scope = useScope();
  return useQuery<All<T>, ApiError>({
    queryKey: scopedKey(scope, path, { ...query, '': 'all' }),
    queryFn: async ({ signal }) => {
      // One that was made while the pages came may stand on two of them.
      const rows = new Map<string, T>();
      for (let page = 1; ; page += 1) {
        const asked = { ...query, page, per_page: PAGE_OF_ALL };
        const { data, meta } = await api.list<T>(path, asked, { signal, ...inScope(scope) });
        for (const row of data) rows.set(row.id, row);
        const total = meta.total ?? rows.size;
        if (page * PAGE_OF_ALL >= total || page === MOST_PAGES) return { rows: [...rows.values()], total };
      }
    },
    ...(common(options) as object),
  });
}

/** A list by cursor that grows as one scrolls. `rows` holds all that was fetched. */
export function useApiInfinite<T>(path: string, options: QueryOptions = {}) {
  const scope = useScope();
  return useInfiniteQuery<Page<T>, ApiError, { pages: Page<T>[] }, readonly unknown[], string | null>({
    queryKey: scopedKey(scope, path, { ...options.query, '': 'infinite' }),
    queryFn: ({ pageParam, signal }) =>
      api.list<T>(
        path,
        { ...options.query, ...(pageParam !== null && { cursor: pageParam }) },
        { signal, ...inScope(scope) },
      ),
    initialPageParam: null,
    getNextPageParam: (last) => last.meta.next_cursor ?? undefined,
    ...(common(options) as object),
  });
}

/** Marks everything asked of these paths (and below them) as old: what is on screen is fetched again. */
export function useInvalidate() {
  const client = useQueryClient();
  const scope = useScope();
  return useCallback(
    (...paths: string[]) =>
      client.invalidateQueries({
        predicate: ({ queryKey: [kind, tenant_id, , path] }) =>
          kind === 'api' &&
          tenant_id === scope.tenant_id &&
          paths.some((each) => path === each || String(path).startsWith(`${each}/`)),
      }),
    [client, scope.tenant_id],
  );
}

/**
 * A change: `useApiMutation((id: string) => api.delete(`/keys/${id}`), { invalidates: ['/keys'] })`. Its error is an
 * ApiError; showing it is up to the screen (a form's fields, a toast, or an ErrorState).
 */
export function useApiMutation<I, O>(
  run: (input: I) => Promise<O>,
  options: {
    invalidates?: string[];
    onSuccess?: (output: O, input: I) => void;
    onError?: (error: ApiError, input: I) => void;
  } = {},
) {
  const invalidate = useInvalidate();
  return useMutation<O, ApiError, I>({
    mutationFn: run,
    onSuccess: (output, input) => {
      if (options.invalidates) void invalidate(...options.invalidates);
      options.onSuccess?.(output, input);
    },
    onError: (error, input) => options.onError?.(asApiError(error), input),
  });
}
