import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/**
 * What the URL's query says, and how to change it: `const [search, setSearch] = useSearchState<DeliveriesSearch>()`.
 * undefined takes a filter out. Changes replace the entry in the history, so that Back leaves the screen; with `push`
 * Back undoes them (an opened panel).
 */
export function useSearchState<S extends object>(): [S, (patch: Partial<S>, options?: { push?: boolean }) => void] {
  const search: unknown = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = useCallback(
    (patch: Partial<S>, { push = false } = {}) =>
      void navigate({
        to: '.',
        search: ((old: object) => ({ ...old, ...patch })) as never,
        replace: !push,
        resetScroll: false,
      }),
    [navigate],
  );
  return [search as S, set];
}

/** For `validateSearch`: a text, or nothing. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined;
}

/** For `validateSearch`: one of these, or nothing. */
export function oneIn<V extends string>(value: unknown, allowed: readonly V[]): V | undefined {
  return allowed.find((each) => each === value);
}

/** For `validateSearch`: a time in ISO 8601, or nothing. */
export function timeIn(value: unknown): string | undefined {
  const text = textIn(value);
  return text !== undefined && Number.isFinite(Date.parse(text)) ? text : undefined;
}
