import { AppError, type Ability } from '@switchboard/shared';
import type { PortalSession } from './route.js';

/** @throws AppError forbidden */
export function requireAbility(session: PortalSession | undefined, needed: Ability): void {
  if (session?.abilities.includes(needed)) return;
  throw notAllowed(session);
}

export function notAllowed(session: PortalSession | undefined): AppError {
  return new AppError(
    'forbidden',
    session?.role ? `Your role ${session.role} does not allow this.` : 'This link does not allow this.',
  );
}
