/** What the server answered, envelope and all. */
export interface PortalAnswer<T = unknown> {
  status: number;
  data: T;
  errorCode: string | undefined;
  headers: Headers;
}

export interface Credentials {
  email: string;
  password: string;
}

/** A signed-in session outside of any browser, for preparing what a test is not about. */
export interface PortalClient {
  request<T>(method: string, path: string, body?: unknown): Promise<PortalAnswer<T>>;
  /** The same session in another tenant. */
  inTenant(tenantId: string): PortalClient;
}

export interface SessionView {
  csrf_token: string;
  tenants: { id: string; name: string; role: string | null }[];
}

interface Session {
  cookies: string;
  csrfToken: string;
}

/** @throws Error where nobody can sign in like this */
export async function signInByHttp(url: string, { email, password }: Credentials): Promise<PortalClient> {
  const response = await fetch(`${url}/settings/api/session`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const answer = await read<SessionView>(response);
  if (answer.status !== 200) throw new Error(`Signing in as ${email} was answered ${answer.status}.`);
  // An empty one takes another kind's cookie away.
  const cookies = response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .filter((pair) => !pair.endsWith('='));
  return clientOf(url, { cookies: cookies.join('; '), csrfToken: answer.data.csrf_token }, undefined);
}

/** Says something to the portal's routes without a session, as a link's page does. */
export async function askPortal<T>(url: string, path: string, body: unknown): Promise<PortalAnswer<T>> {
  const response = await fetch(`${url}/settings/api${path}`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return read(response);
}

function clientOf(url: string, session: Session, tenantId: string | undefined): PortalClient {
  return {
    inTenant: (id) => clientOf(url, session, id),
    request: async <T>(method: string, path: string, body?: unknown) => {
      const response = await fetch(`${url}/settings/api${path}`, {
        method,
        headers: {
          accept: 'application/json',
          cookie: session.cookies,
          'x-csrf-token': session.csrfToken,
          ...(tenantId && { 'x-tenant-id': tenantId }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      return read<T>(response);
    },
  };
}

async function read<T>(response: Response): Promise<PortalAnswer<T>> {
  const envelope = (await response.json()) as { data?: T; error?: { code: string } };
  return {
    status: response.status,
    data: envelope.data as T,
    errorCode: envelope.error?.code,
    headers: response.headers,
  };
}
