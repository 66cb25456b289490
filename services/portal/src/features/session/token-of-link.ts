import { useEffect, useState } from 'react';

/**
 * The token behind the # of a link, which no server and no log has seen. It is taken out of the address at once, so
 * that it stays in no history.
 */
export function useTokenOfLink(): string | null {
  const [token] = useState(() => {
    const after = window.location.hash.slice(1);
    return after === '' ? null : after;
  });
  useEffect(() => {
    const { pathname, search } = window.location;
    window.history.replaceState(window.history.state, '', `${pathname}${search}`);
  }, []);
  return token;
}
