import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useScope, type AuditEntry } from '../../api';
import { Button, CodeBlock, CopyButton, Drawer, Facts, linkClass, localTime, Mono, RelativeTime } from '../../ui';
import { actionWords, kindWords } from './action-words';
import { EntryChanges } from './entry-changes';

interface EntryPanelProps {
  entry: AuditEntry;
  onClose(): void;
  onFilterByTarget(target_id: string): void;
}

export function EntryPanel({ entry, onClose, onFilterByTarget }: EntryPanelProps) {
  const { id: target_id } = entry.target;
  return (
    <Drawer open onClose={onClose} modal={false} title={actionWords(entry.action)} description={entry.action}>
      <div className="flex flex-col gap-6">
        <Facts
          items={[
            [
              'When',
              <>
                {localTime(entry.occurred_at)} (<RelativeTime time={entry.occurred_at} />)
              </>,
            ],
            ['Who', <Actor key="who" actor={entry.actor} />],
            ['From', entry.ip === null ? 'not known' : <Mono wrap>{entry.ip}</Mono>],
            ['Mode', entry.mode ?? 'both'],
            ['Done to', <Target key="target" target={entry.target} />],
            ['Request', <Copied key="request" value={entry.request_id} label="Copy request id" />],
            ['Entry', <Copied key="entry" value={entry.id} label="Copy entry id" />],
          ]}
        />
        {target_id !== null && (
          <div>
            <Button size="sm" onClick={() => onFilterByTarget(target_id)}>
              Show all that was done to it
            </Button>
          </div>
        )}
        <section className="flex flex-col gap-2">
          <h3 className="text-sm font-semibold">{titleOfChanges(entry)}</h3>
          <EntryChanges entry={entry} />
          <p className="text-xs text-muted">Secrets are masked before an entry is written; nobody can unmask them.</p>
        </section>
        <Proof entry={entry} />
      </div>
    </Drawer>
  );
}

function titleOfChanges({ before, after }: AuditEntry): string {
  if (before !== null && after !== null) return 'What changed';
  if (before !== null) return 'As it was';
  return 'As it is since';
}

function Actor({ actor }: { actor: AuditEntry['actor'] }) {
  return (
    <>
      {actor.name}
      <span className="text-muted"> · {kindWords(actor.kind)}</span>
      {actor.id !== null && (
        <span className="block">
          <Copied value={actor.id} label="Copy id of who did it" />
        </span>
      )}
    </>
  );
}

function Copied({ value, label }: { value: string | null; label: string }): ReactNode {
  if (value === null) return <span className="text-muted">none</span>;
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <Mono>{value}</Mono>
      <CopyButton value={value} label={label} />
    </span>
  );
}

function Target({ target: { kind, id } }: { target: AuditEntry['target'] }) {
  if (id === null) return kindWords(kind);
  return (
    <>
      {kindWords(kind)}
      <span className="block">
        <Copied value={id} label="Copy id of what it was done to" />
      </span>
      {id.startsWith('whe_') && (
        <Link to="/webhooks/$endpointId" params={{ endpointId: id }} search={{}} className={linkClass}>
          Open the webhook
        </Link>
      )}
      {id.startsWith('dlv_') && (
        <Link to="/deliveries" search={{ delivery: id }} className={linkClass}>
          Open the delivery
        </Link>
      )}
    </>
  );
}

/** Why the entry can be believed, and how to see for oneself. */
function Proof({ entry }: { entry: AuditEntry }) {
  const { tenant_id } = useScope();
  return (
    <section className="flex flex-col gap-2 text-sm">
      <h3 className="font-semibold">Proof</h3>
      <p className="text-muted">
        This is entry {entry.sequence} of this account. Entries are only ever added. Each holds a SHA-256 over itself
        and the one before it, so that none can be changed, removed or slipped in unseen.
      </p>
      <Facts items={[['Hash', <Hash key="hash" hash={entry.hash} />]]} />
      <CodeBlock
        label="Command that verifies the log"
        title="Whoever runs the installation verifies the whole chain with"
        language="bash"
        wrap
        code={`npm run --silent cli -- audit verify --tenant ${tenant_id}`}
      />
    </section>
  );
}

function Hash({ hash }: { hash: string }) {
  return (
    <span className="inline-flex items-center gap-1" title={hash}>
      <Mono>{`${hash.slice(0, 16)}…`}</Mono>
      <CopyButton value={hash} label="Copy the whole hash" />
    </span>
  );
}
