import type { Mode } from '../../api';
import { oneIn, textIn } from '../../ui/search-state';

export interface KeysSearch {
  /** "1": the form for a new one is open. */
  add?: string;
  /** Only keys of this mode. */
  mode?: Mode;
}

export function validateKeysSearch(raw: Record<string, unknown>): KeysSearch {
  return { add: textIn(raw.add), mode: oneIn(raw.mode, ['live', 'test'] as const) };
}
