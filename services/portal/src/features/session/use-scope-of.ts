import { useLayoutEffect, useMemo, useState } from 'react';
import type { Scope } from '../../api/scope';
import type { Mode, SessionView, TenantOfSession } from '../../api/types';
import { enterScope } from '../../api/wiring';

const TENANT_KEY = 'switchboard.tenant';
/** Asked for by the address (`?embed=1`), or plain from where the page is. It stays so while one moves about. */
const IS_EMBEDDED = new URLSearchParams(window.location.search).get('embed') === '1' || window.self !== window.top;
const MODE_KEY = 'switchboard.mode';

/** The tenant and mode that one looked at last, where they are still there; else the first tenant, and the session's mode. */
export function useScopeOf(session: SessionView | null): Scope | null {
  const [chosen, setChosen] = useState<TenantOfSession | null>(null);
  const [mode_chosen, setModeChosen] = useState<Mode | null>(rememberedMode);

  const remembered_id = remembered(TENANT_KEY);
  const tenant =
    session?.tenants.find(({ id }) => id === chosen?.id) ??
    (session?.user?.is_super_admin ? chosen : null) ??
    session?.tenants.find(({ id }) => id === remembered_id) ??
    session?.tenants[0] ??
    null;
  const is_link = session?.kind === 'portal_link';
  const mode = is_link ? session.default_mode : (mode_chosen ?? session?.default_mode ?? 'live');

  // Before the screen can ask for anything, which it does in effects that come later.
  useLayoutEffect(() => {
    enterScope(tenant?.id ?? null, mode);
    if (tenant && !is_link) remember(TENANT_KEY, tenant.id);
  }, [tenant, mode, is_link]);

  return useMemo(() => {
    if (!session || !tenant) return null;
    return {
      session,
      tenant,
      tenant_id: tenant.id,
      mode,
      abilities: tenant.abilities,
      role: tenant.role,
      is_embedded: IS_EMBEDDED || is_link,
      setTenant: setChosen,
      setMode: (next: Mode) => {
        remember(MODE_KEY, next);
        setModeChosen(next);
      },
    };
  }, [session, tenant, mode, is_link]);
}

function rememberedMode(): Mode | null {
  const mode = remembered(MODE_KEY);
  return mode === 'live' || mode === 'test' ? mode : null;
}

/** Which of one's tenants, and which mode: no secret, and no loss where the browser keeps nothing. */
function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Chosen anew on the next visit.
  }
}
