import { useNavigate } from '@tanstack/react-router';
import { Link2Off } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { asApiError, useApi, type ApiError, type SessionView } from '../../api';
import { EmptyState, ErrorState, Loading } from '../../ui';
import { SessionFrame } from './session-frame';
import { beginSession } from './session-query';
import { useTokenOfLink } from './token-of-link';

/** Turns a one-time link into a session. */
export function OpenScreen() {
  const token = useTokenOfLink();
  const api = useApi();
  const navigate = useNavigate();
  const [error, setError] = useState<ApiError | null>(null);
  const used = useRef(false);
  useEffect(() => {
    // A link opens once; React's double run of effects in development must not spend it.
    if (token === null || used.current) return;
    used.current = true;
    api
      .post<SessionView>('/session/open-link', { token }, { tenant_id: '' })
      .then((session) => {
        beginSession(session);
        return navigate({ to: '/', replace: true });
      })
      .catch((thrown: unknown) => setError(asApiError(thrown)));
  }, [token, api, navigate]);
  if (error && (error.status === 0 || error.status >= 429)) {
    return <ErrorState error={error} retry={() => window.location.reload()} />;
  }
  if (token === null || error) {
    return (
      <SessionFrame title="Integrations">
        <EmptyState icon={Link2Off} title="This link cannot be used">
          A link opens once, within 5 minutes. Go back to the page you came from and open the integrations again.
        </EmptyState>
      </SessionFrame>
    );
  }
  return <Loading words="Opening your integrations…" className="p-8" />;
}
