import { textIn } from '../../ui/search-state';

export interface SignInSearch {
  /** Where one wanted to go, below the portal's base: `/deliveries?status=dead`. */
  to?: string;
}

export function validateSignInSearch(raw: Record<string, unknown>): SignInSearch {
  const to = textIn(raw.to);
  // Only a place inside the portal: an address in the link must not lead elsewhere.
  return { to: to !== undefined && /^\/(?![/\\])/.test(to) ? to : undefined };
}
