import { useQuery } from '@tanstack/react-query';
import { asApiError, type ApiError } from '../../api/api-error';
import type { SessionView } from '../../api/types';
import { adoptSession, api, enterScope, leaveSession, queries, SESSION_KEY, takeToken } from '../../api/wiring';

/** null: nobody is signed in. */
export function useSessionQuery() {
  return useQuery<SessionView | null, ApiError>({
    queryKey: SESSION_KEY,
    queryFn: loadSession,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

async function loadSession(): Promise<SessionView | null> {
  try {
    const session = await api.get<SessionView>('/session', {}, { tenant_id: '', may_be_signed_out: true });
    takeToken(session);
    return session;
  } catch (error) {
    if (asApiError(error).is_signed_out) return null;
    throw error;
  }
}

/** Another person may have sat here before: nothing of what they saw stays in memory. */
export function beginSession(session: SessionView): void {
  forgetAnswers();
  enterScope(null, session.default_mode);
  adoptSession(session);
}

export async function endSession(): Promise<void> {
  await api.delete('/session', { tenant_id: '' });
  forgetAnswers();
  leaveSession();
}

function forgetAnswers(): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
}
