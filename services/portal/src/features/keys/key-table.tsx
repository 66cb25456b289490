import { Ellipsis, RotateCw, ShieldOff, Trash2 } from 'lucide-react';
import type { ApiKeyView } from '../../api';
import { DataTable, IconButton, Menu, RelativeTime, useNow, type Column } from '../../ui';
import { KeyName, LastUsed, Scopes, StateAndEnd } from './key-cells';
import { isUsable } from './key-health';
import { useKeyRights } from './use-key-rights';

export interface KeyActions {
  onRoll(key: ApiKeyView): void;
  onRevoke(key: ApiKeyView): void;
  onDelete(key: ApiKeyView): void;
}

export function KeyTable({ keys, actions }: { keys: readonly ApiKeyView[]; actions: KeyActions }) {
  const now = useNow();
  const columns: Column<ApiKeyView>[] = [
    { id: 'name', header: 'Key', cell: (key) => <KeyName subject={key} /> },
    { id: 'scopes', header: 'May do', hide_below: 'lg', cell: (key) => <Scopes scopes={key.scopes} /> },
    { id: 'used', header: 'Last used', hide_below: 'md', cell: (key) => <LastUsed subject={key} /> },
    {
      id: 'created',
      header: 'Created',
      hide_below: 'lg',
      cell: (key) => <RelativeTime time={key.created_at} className="whitespace-nowrap" />,
    },
    { id: 'state', header: 'State and end', hide_below: 'sm', cell: (key) => <StateAndEnd subject={key} /> },
    {
      id: 'actions',
      header: 'Actions',
      hide_header: true,
      width: '3.5rem',
      align: 'end',
      cell: (key) => <KeyMenu subject={key} actions={actions} />,
    },
  ];
  return (
    <DataTable
      label="API keys"
      columns={columns}
      rows={keys}
      rowKey={(key) => key.id}
      isMuted={(key) => !isUsable(key, now)}
    />
  );
}

function KeyMenu({ subject, actions }: { subject: ApiKeyView; actions: KeyActions }) {
  const { whyNot } = useKeyRights();
  const is_usable = isUsable(subject, useNow());
  const reason = whyNot(subject.mode);
  const common = { disabled: reason !== undefined };
  return (
    <Menu
      label={`Actions for ${subject.name}`}
      trigger={
        <IconButton data-key-menu={subject.id} label={`Actions for ${subject.name}`} icon={Ellipsis} size="sm" />
      }
      items={[
        is_usable && {
          ...common,
          label: 'Roll…',
          icon: RotateCw,
          hint: reason ?? 'A new key; the old one works for a while.',
          onSelect: () => actions.onRoll(subject),
        },
        is_usable && {
          ...common,
          label: 'Revoke…',
          icon: ShieldOff,
          danger: true,
          hint: reason ?? 'It stops at once and stays in the list.',
          onSelect: () => actions.onRevoke(subject),
        },
        is_usable && 'line',
        {
          ...common,
          label: 'Delete…',
          icon: Trash2,
          danger: true,
          hint: reason ?? (is_usable ? 'It stops at once and leaves the list.' : 'Takes it out of the list.'),
          onSelect: () => actions.onDelete(subject),
        },
      ]}
    />
  );
}
