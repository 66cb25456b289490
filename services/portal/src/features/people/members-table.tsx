import { ROLES, type Role } from '@switchboard/shared/portal';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { useApi, useApiMutation, useInvalidate, type MemberView } from '../../api';
import {
  Badge,
  ConfirmDialog,
  DataTable,
  IconButton,
  Menu,
  RelativeTime,
  toast,
  type Column,
  type MenuAction,
} from '../../ui';
import { ROLE_WORDS } from './role-words';

export function MembersTable({ members, can_manage }: { members: MemberView[]; can_manage: boolean }) {
  const [leaving, setLeaving] = useState<MemberView | null>(null);
  const columns: Column<MemberView>[] = [
    { id: 'who', header: 'Who', cell: (member) => <Who member={member} /> },
    { id: 'role', header: 'Role', width: '7rem', cell: ({ role }) => ROLE_WORDS[role].label },
    {
      id: 'seen',
      header: 'Last sign-in',
      width: '9rem',
      hide_below: 'sm',
      cell: ({ last_sign_in_at }) => <RelativeTime time={last_sign_in_at} />,
    },
    {
      id: 'since',
      header: 'Joined',
      width: '9rem',
      hide_below: 'md',
      cell: ({ joined_at }) => <RelativeTime time={joined_at} />,
    },
    ...(can_manage
      ? [
          {
            id: 'actions',
            header: 'Actions',
            hide_header: true,
            width: '3.5rem',
            align: 'end' as const,
            cell: (member: MemberView) => <MemberMenu member={member} onRemove={() => setLeaving(member)} />,
          },
        ]
      : []),
  ];
  return (
    <>
      <DataTable label="Members" columns={columns} rows={members} rowKey={({ id }) => id} />
      <RemoveDialog member={leaving} onClose={() => setLeaving(null)} />
    </>
  );
}

function Who({ member }: { member: MemberView }) {
  return (
    <div className="min-w-0">
      <p className="flex items-center gap-2 font-medium">
        <span className="truncate">{member.name}</span>
        {member.is_you && <Badge>You</Badge>}
      </p>
      <p className="truncate text-xs text-muted">{member.email}</p>
    </div>
  );
}

function MemberMenu({ member, onRemove }: { member: MemberView; onRemove(): void }) {
  const api = useApi();
  const change = useApiMutation((role: Role) => api.patch(`/people/${member.id}`, { role }), {
    invalidates: ['/people'],
    onSuccess: (_, role) => toast.success(`${member.name} is now ${ROLE_WORDS[role].label.toLowerCase()}`),
    onError: (error) => toast.error(`${member.name}’s role was not changed`, error),
  });
  const items: (MenuAction | 'line')[] = [
    ...ROLES.filter((role) => role !== member.role).map((role) => ({
      label: `Make ${ROLE_WORDS[role].label.toLowerCase()}`,
      hint: ROLE_WORDS[role].hint,
      onSelect: () => change.mutate(role),
    })),
    'line',
    { label: member.is_you ? 'Leave this account' : 'Remove', danger: true, onSelect: onRemove },
  ];
  return (
    <Menu
      label={`Change ${member.name}`}
      trigger={<IconButton label={`Change ${member.name}`} icon={Ellipsis} size="sm" />}
      items={items}
    />
  );
}

function RemoveDialog({ member, onClose }: { member: MemberView | null; onClose(): void }) {
  const api = useApi();
  const invalidate = useInvalidate();
  // Stays for as long as the dialog fades away.
  const [shown, setShown] = useState(member);
  if (member && member !== shown) setShown(member);
  if (!shown) return null;
  return (
    <ConfirmDialog
      open={member !== null}
      onClose={onClose}
      title={shown.is_you ? 'Leave this account?' : `Remove ${shown.name}?`}
      undo="To undo it, invite the same address again."
      action={shown.is_you ? 'Leave' : 'Remove'}
      busy={shown.is_you ? 'Leaving…' : 'Removing…'}
      onConfirm={async () => {
        await api.delete(`/people/${shown.id}`);
        toast.success(shown.is_you ? 'You have left the account' : `${shown.name} is removed`);
        if (shown.is_you) window.location.reload();
        else await invalidate('/people');
      }}
    >
      {shown.is_you ? 'You lose' : `${shown.email} loses`} access at once, in every open window. Keys and webhooks stay
      as they are.
    </ConfirmDialog>
  );
}
