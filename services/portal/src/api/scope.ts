import { createContext, useContext } from 'react';
import type { Ability, Role } from '@switchboard/shared/portal';
import type { Mode, SessionView, TenantOfSession } from './types';

/** Whose rows the page shows, and what the person may do with them. */
export interface Scope {
  session: SessionView;
  tenant: TenantOfSession;
  tenant_id: string;
  mode: Mode;
  abilities: readonly Ability[];
  role: Role | null;
  /** Without the navigation, inside somebody else's page. */
  is_embedded: boolean;
  setTenant(tenant: TenantOfSession): void;
  setMode(mode: Mode): void;
}

export const ScopeContext = createContext<Scope | null>(null);

export function useScope(): Scope {
  const scope = useContext(ScopeContext);
  if (!scope) throw new Error('useScope needs a signed-in session above it');
  return scope;
}

export function useSession(): SessionView {
  return useScope().session;
}

export function useMode(): [Mode, (mode: Mode) => void] {
  const { mode, setMode } = useScope();
  return [mode, setMode];
}

/** Whether the person may; the server checks again. Say why a thing is missing, do not only leave it out. */
export function useAbility(ability: Ability): boolean {
  return useScope().abilities.includes(ability);
}
