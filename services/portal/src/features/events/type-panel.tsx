import type { EventTypeView } from '../../api';
import { Badge, CopyButton, Drawer, JsonView, Mono } from '../../ui';
import { SchemaTable } from './schema-table';
import { SendTest } from './send-test';

/** Everything about one event type. */
export function TypePanel({ type, onClose }: { type: EventTypeView; onClose(): void }) {
  return (
    <Drawer open onClose={onClose} wide title={<Mono>{type.name}</Mono>} description={type.description}>
      <div className="flex flex-col gap-6">
        {type.alias !== null && (
          <p className="text-sm text-muted">
            <Badge>Also {type.alias}</Badge> Whoever subscribes to that name gets the same event under it.
          </p>
        )}
        <div>
          <CopyButton value={type.name} label="Copy name of the event" words="Copy name" />
        </div>
        <Section title="Send a test">
          <SendTest type={type} />
        </Section>
        <Section title="What data holds">
          <SchemaTable schema={type.schema} />
          <details className="text-sm">
            <summary className="cursor-pointer text-muted hover:text-ink">The same as JSON Schema</summary>
            <JsonView value={type.schema} label="JSON Schema of data" className="mt-2" />
          </details>
        </Section>
        <Section title="Example of a whole webhook">
          <JsonView value={type.example} label="Example of the body" />
        </Section>
      </div>
    </Drawer>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h3 className="text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}
