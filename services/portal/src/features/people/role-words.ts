import type { Role } from '@switchboard/shared/portal';

/** What each role may do, in a sentence. */
export const ROLE_WORDS: Record<Role, { label: string; hint: string }> = {
  viewer: { label: 'Viewer', hint: 'sees everything and changes nothing.' },
  developer: { label: 'Developer', hint: 'manages webhooks and test keys.' },
  admin: { label: 'Admin', hint: 'manages live keys as well.' },
  owner: { label: 'Owner', hint: 'manages people as well.' },
};
