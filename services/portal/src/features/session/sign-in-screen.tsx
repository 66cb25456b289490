import { Navigate, useRouter, useSearch } from '@tanstack/react-router';
import { BASE } from '../../api';
import { Loading } from '../../ui';
import { SessionFrame } from './session-frame';
import { beginSession, useSessionQuery } from './session-query';
import { SignInForm } from './sign-in-form';

export function SignInScreen() {
  const { to } = useSearch({ from: '/sign-in' });
  const session = useSessionQuery();
  const router = useRouter();
  if (session.isPending) return <Loading words="Looking whether you are signed in…" className="p-8" />;
  if (session.data && to === undefined) return <Navigate to="/" replace />;
  return (
    <SessionFrame title="Sign in" description="API keys, webhooks and deliveries of your account.">
      <SignInForm
        onSignedIn={(begun) => {
          beginSession(begun);
          router.history.replace(`${BASE}${to ?? '/'}`);
        }}
      />
      <p className="text-xs text-muted">No account yet? An owner of yours invites you on the page “People”.</p>
    </SessionFrame>
  );
}
