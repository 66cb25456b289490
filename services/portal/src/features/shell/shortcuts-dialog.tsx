import { Dialog, KeyHint, useShortcutList } from '../../ui';

const IN_LISTS = [
  { keys: 'j k', label: 'Down and up' },
  { keys: 'Enter', label: 'Open' },
  { keys: 'x', label: 'Choose (where rows can be chosen)' },
  { keys: 'Esc', label: 'Close what is open' },
];

/** What `?` shows: all that can be pressed on this screen. */
export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const shortcuts = useShortcutList();
  const groups = [...new Set(shortcuts.map(({ group }) => group))].sort();
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard shortcuts" size="sm">
      <div className="flex flex-col gap-5">
        {groups.map((group) => (
          <ShortcutGroup key={group} title={group} items={shortcuts.filter((each) => each.group === group)} />
        ))}
        <ShortcutGroup title="In lists" items={IN_LISTS} />
      </div>
    </Dialog>
  );
}

function ShortcutGroup({ title, items }: { title: string; items: readonly { keys: string; label: string }[] }) {
  return (
    <section>
      <h3 className="mb-2 text-xs font-semibold text-muted">{title}</h3>
      <dl className="flex flex-col gap-1.5 text-sm">
        {items.map(({ keys, label }) => (
          <div key={`${keys} ${label}`} className="flex items-center justify-between gap-4">
            <dt>{label}</dt>
            <dd>
              <KeyHint keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
