import { useEffect, useState } from 'react';
import { useApi, type UrlCheck } from '../../api';

export type UrlState =
  | { kind: 'nothing' }
  | { kind: 'checking' }
  | { kind: 'good' }
  | { kind: 'refused'; problems: string[] }
  | { kind: 'unknown' };

const PAUSE_MS = 350;

/** What the server would say to this address, asked a moment after the last key. The server's rules are the only ones. */
export function useUrlCheck(typed: string): UrlState {
  const api = useApi();
  const url = typed.trim();
  const [answer, setAnswer] = useState<{ url: string; state: UrlState }>({ url: '', state: { kind: 'nothing' } });
  useEffect(() => {
    if (url === '') return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.post<UrlCheck>('/webhooks/check-url', { url }, { signal: abort.signal }).then(
        ({ ok, problems }) => setAnswer({ url, state: ok ? { kind: 'good' } : { kind: 'refused', problems } }),
        () => abort.signal.aborted || setAnswer({ url, state: { kind: 'unknown' } }),
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [api, url]);
  if (url === '') return { kind: 'nothing' };
  return answer.url === url ? answer.state : { kind: 'checking' };
}
