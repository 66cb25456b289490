import { useState } from 'react';
import { asApiError, useApi, useInvalidate, type ApiError, type CreatedApiKey } from '../../api';
import { TRY_SCOPES } from './try-requests';

const LIFE_MS = 3_600_000;

/** A key for trying, in the memory of the open page and nowhere else. It ends by itself, in case nobody ends it. */
export function useTryKey() {
  const api = useApi();
  const invalidate = useInvalidate();
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
  const [pasted, setPasted] = useState('');
  const [doing, setDoing] = useState<'creating' | 'revoking' | null>(null);
  const [error, setError] = useState<ApiError | null>(null);

  const run = (what: 'creating' | 'revoking', work: () => Promise<void>) => {
    setDoing(what);
    setError(null);
    return work()
      .then(
        () => void invalidate('/keys', '/usage', '/audit'),
        (thrown: unknown) => setError(asApiError(thrown)),
      )
      .finally(() => setDoing(null));
  };
  return {
    key: created?.key ?? pasted.trim(),
    created,
    pasted,
    setPasted,
    doing,
    error,
    create: () =>
      run('creating', async () => {
        const expires_at = new Date(Date.now() + LIFE_MS).toISOString();
        const body = { name: 'Try it (docs page)', mode: 'test', scopes: TRY_SCOPES, expires_at };
        setCreated(await api.post<CreatedApiKey>('/keys', body));
      }),
    /** Also where it was pasted, which is only forgotten: it may be in use elsewhere. */
    forget: () => {
      setPasted('');
      if (!created) return;
      void run('revoking', async () => {
        await api.post(`/keys/${created.id}/revoke`);
        setCreated(null);
      });
    },
  };
}
