import { X } from 'lucide-react';
import { useApi, useApiMutation, type InvitationView } from '../../api';
import { Countdown, DataTable, IconButton, RelativeTime, toast, type Column } from '../../ui';
import { ROLE_WORDS } from './role-words';

interface InvitationsTableProps {
  invitations: InvitationView[];
  can_manage: boolean;
}

export function InvitationsTable({ invitations, can_manage }: InvitationsTableProps) {
  const api = useApi();
  const withdraw = useApiMutation((invitation: InvitationView) => api.delete(`/people/invitations/${invitation.id}`), {
    invalidates: ['/people'],
    onSuccess: (_, { email }) => toast.success('Invitation withdrawn', `The link that ${email} has is void.`),
    onError: (error) => toast.error('The invitation was not withdrawn', error),
  });
  const columns: Column<InvitationView>[] = [
    { id: 'email', header: 'E-mail', cell: ({ email }) => <span className="break-all">{email}</span> },
    { id: 'role', header: 'Role', width: '7rem', cell: ({ role }) => ROLE_WORDS[role].label },
    {
      id: 'by',
      header: 'Invited by',
      hide_below: 'md',
      cell: ({ invited_by, created_at }) => (
        <>
          {invited_by ?? 'the platform'}, <RelativeTime time={created_at} />
        </>
      ),
    },
    {
      id: 'expires',
      header: 'Link expires',
      width: '9rem',
      hide_below: 'sm',
      cell: ({ expires_at }) => <Countdown to={expires_at} when_over="expired" />,
    },
    ...(can_manage
      ? [
          {
            id: 'actions',
            header: 'Actions',
            hide_header: true,
            width: '3.5rem',
            align: 'end' as const,
            cell: (invitation: InvitationView) => (
              <IconButton
                size="sm"
                icon={X}
                label={`Withdraw the invitation of ${invitation.email}`}
                disabled={withdraw.isPending}
                onClick={() => withdraw.mutate(invitation)}
              />
            ),
          },
        ]
      : []),
  ];
  return <DataTable label="Invitations" columns={columns} rows={invitations} rowKey={({ id }) => id} />;
}
