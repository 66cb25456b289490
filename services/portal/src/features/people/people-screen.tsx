import { UserPlus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useAbility, useApiQuery, type PeopleView } from '../../api';
import { Button, Card, Loaded, Notice, PageHeader, useWasOpen } from '../../ui';
import { InvitationsTable } from './invitations-table';
import { MembersTable } from './members-table';
import { ROLE_WORDS } from './role-words';

const InviteDialog = lazy(() => import('./invite-dialog').then((module) => ({ default: module.InviteDialog })));

export function PeopleScreen() {
  const people = useApiQuery<PeopleView>('/people');
  const can_manage = useAbility('people:manage');
  const [is_inviting, setInviting] = useState(false);
  const was_inviting = useWasOpen(is_inviting);
  return (
    <>
      <PageHeader
        title="People"
        description="Who may open this account’s integrations, and what each of them may do."
        actions={
          can_manage && (
            <Button tone="primary" icon={UserPlus} onClick={() => setInviting(true)}>
              Invite somebody
            </Button>
          )
        }
      />
      <div className="flex flex-col gap-5">
        {!can_manage && <Notice>Only owners invite people and change roles. You see who they are.</Notice>}
        <Card title="Members" flush>
          <Loaded query={people} words="Loading the people of this account…">
            {({ members }) => <MembersTable members={members} can_manage={can_manage} />}
          </Loaded>
        </Card>
        {people.data && people.data.invitations.length > 0 && (
          <Card title="Invited, not here yet" flush>
            <InvitationsTable invitations={people.data.invitations} can_manage={can_manage} />
          </Card>
        )}
        <RolesExplained />
      </div>
      {was_inviting && (
        <Suspense>
          <InviteDialog open={is_inviting} onClose={() => setInviting(false)} />
        </Suspense>
      )}
    </>
  );
}

function RolesExplained() {
  return (
    <Card title="Roles">
      <dl className="grid gap-x-6 gap-y-2 text-sm sm:grid-cols-2">
        {Object.values(ROLE_WORDS).map(({ label, hint }) => (
          <div key={label} className="flex gap-3">
            <dt className="w-20 shrink-0 font-medium">{label}</dt>
            <dd className="text-muted">{hint}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
