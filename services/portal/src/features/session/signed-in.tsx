import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ScopeContext } from '../../api/scope';
import { ErrorState, Loading } from '../../ui/states';
import { Shell } from '../shell/shell';
import { NoTenant } from './no-tenant';
import { useSessionQuery } from './session-query';
import { useScopeOf } from './use-scope-of';

/** The door of every screen that shows somebody's data. */
export function SignedIn() {
  const session = useSessionQuery();
  const scope = useScopeOf(session.data ?? null);
  if (session.isPending) return <Loading words="Opening your account…" className="p-8" />;
  if (session.error) return <ErrorState error={session.error} retry={() => session.refetch()} />;
  if (!session.data) return <ToSignIn />;
  if (!scope) return <NoTenant session={session.data} />;
  return (
    <ScopeContext value={scope}>
      <Shell>
        {/* A screen's own state belongs to one tenant and mode: another begins anew. */}
        <Outlet key={`${scope.tenant_id} ${scope.mode}`} />
      </Shell>
    </ScopeContext>
  );
}

/** Once: the router's own <Navigate> would start anew with each change of the address that it itself brings about. */
function ToSignIn() {
  const router = useRouter();
  useEffect(() => {
    const { pathname, searchStr } = router.state.location;
    const to = `${pathname}${searchStr}`;
    void router.navigate({ to: '/sign-in', search: to === '/' ? {} : { to }, replace: true });
  }, [router]);
  return <Loading words="Going to the sign-in…" className="p-8" />;
}
