import { Building2 } from 'lucide-react';
import type { SessionView } from '../../api/types';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/states';
import { toast } from '../../ui/toast';
import { endSession } from './session-query';

/** Signed in, and a member of nothing: removed from the last account, or a platform without any. */
export function NoTenant({ session }: { session: SessionView }) {
  const signOut = () => endSession().catch((error: unknown) => toast.error('You are still signed in', error));
  return (
    <main className="mx-auto max-w-xl py-10">
      <title>No account · API & Integrations</title>
      <EmptyState
        icon={Building2}
        title="You belong to no account"
        action={<Button onClick={() => void signOut()}>Sign out</Button>}
      >
        {session.user?.email} is not a member of any account now. Ask an owner of yours to invite you again.
      </EmptyState>
    </main>
  );
}
