import { addressOf, type Query } from './address';
import { ApiError, unreachable, unreadable, type ErrorDetail } from './api-error';
import type { ListMeta, Mode, SessionView } from './types';

/** Which tenant's rows the page shows, and the session's answer to forged requests. Held in memory only. */
export interface RequestContext {
  csrf_token: string | null;
  tenant_id: string | null;
  mode: Mode;
}

export interface Page<T> {
  data: T[];
  meta: ListMeta;
}

export interface ClientDeps {
  fetch: typeof fetch;
  context: RequestContext;
  /** A session was made anew: its CSRF token is another one. */
  onRefreshed(session: SessionView): void;
  /** The session has ended and cannot be made anew. */
  onSessionExpired(): void;
  /** Runs `work` while no other tab of this browser does the same: two tabs must not use one refresh token. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

export interface SendOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  /** Another tenant than the one chosen; '' for none. */
  tenant_id?: string;
  mode?: Mode;
  /** That nobody is signed in is an answer here, and no interruption of what somebody does. */
  may_be_signed_out?: boolean;
}

export type Api = ReturnType<typeof createClient>;

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

interface Envelope {
  success: boolean;
  data?: unknown;
  meta?: ListMeta;
  error?: { code: string; message: string; details?: ErrorDetail[]; request_id?: string };
}

/** Speaks to the portal's routes. Everything it throws is an ApiError. */
export function createClient(deps: ClientDeps) {
  let refreshing: Promise<boolean> | undefined;

  async function once(method: Method, path: string, options: SendOptions): Promise<Envelope> {
    const response = await deps
      .fetch(addressOf(path, options.query), {
        method,
        headers: headersOf(method, deps.context, options),
        ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
        signal: options.signal,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
      })
      .catch((error: unknown) => {
        if (options.signal?.aborted) throw error;
        throw unreachable();
      });
    const envelope = (await response.json().catch(() => undefined)) as Envelope | undefined;
    if (typeof envelope?.success !== 'boolean') throw unreadable(response.status);
    if (envelope.success) return envelope;
    throw errorOf(response, envelope);
  }

  /** True where there is a session again. Whoever asks while it is under way waits for the same answer. */
  function refresh(): Promise<boolean> {
    refreshing ??= deps
      .exclusively(async () => {
        const { data } = await once('POST', '/session/refresh', {});
        deps.onRefreshed(data as SessionView);
        return true;
      })
      .catch((error: unknown) => {
        if (error instanceof ApiError && error.status !== 401 && error.status !== 403) throw error;
        return false;
      })
      .finally(() => {
        refreshing = undefined;
      });
    return refreshing;
  }

  async function send(method: Method, path: string, options: SendOptions = {}): Promise<Envelope> {
    try {
      return await once(method, path, options);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.is_signed_out || ANSWERS_401_ITSELF.test(`${method} ${path}`))
        throw error;
      if (await refresh()) return once(method, path, options);
      if (!options.may_be_signed_out) deps.onSessionExpired();
      throw error;
    }
  }

  const data = async <T>(sent: Promise<Envelope>) => (await sent).data as T;
  return {
    get: <T>(path: string, query?: Query, options: SendOptions = {}) =>
      data<T>(send('GET', path, { ...options, query })),
    /** A list with its meta. */
    list: async <T>(path: string, query?: Query, options: SendOptions = {}): Promise<Page<T>> => {
      const envelope = await send('GET', path, { ...options, query });
      return { data: envelope.data as T[], meta: envelope.meta ?? { per_page: (envelope.data as T[]).length } };
    },
    post: <T>(path: string, body?: unknown, options: SendOptions = {}) =>
      data<T>(send('POST', path, { ...options, body })),
    patch: <T>(path: string, body?: unknown, options: SendOptions = {}) =>
      data<T>(send('PATCH', path, { ...options, body })),
    delete: <T>(path: string, options: SendOptions = {}) => data<T>(send('DELETE', path, options)),
  };
}

/** Here a 401 means "wrong password" or "the link is used up", which no refresh mends. */
const ANSWERS_401_ITSELF = /^(POST \/session(\/(refresh|open-link))?|DELETE \/session|POST \/invitations\/.*)$/;

function headersOf(method: Method, context: RequestContext, options: SendOptions): Record<string, string> {
  const tenant_id = options.tenant_id ?? context.tenant_id ?? '';
  return {
    accept: 'application/json',
    ...(method !== 'GET' && context.csrf_token !== null && { 'x-csrf-token': context.csrf_token }),
    ...(tenant_id !== '' && { 'x-tenant-id': tenant_id }),
    'x-mode': options.mode ?? context.mode,
    ...(options.body !== undefined && { 'content-type': 'application/json' }),
  };
}

function errorOf(response: Response, { error }: Envelope): ApiError {
  const retry_after = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError({
    status: response.status,
    code: error?.code ?? 'unreadable',
    message: error?.message ?? `The server answered ${response.status}.`,
    details: error?.details,
    request_id: error?.request_id ?? response.headers.get('x-request-id'),
    retry_after_seconds: Number.isFinite(retry_after) ? retry_after : null,
  });
}
