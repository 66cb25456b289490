import { Link, useNavigate } from '@tanstack/react-router';
import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { useAbility, useApiList, useScope, type EndpointHealth, type EndpointView } from '../../api';
import {
  Button,
  Card,
  EmptyState,
  FilterBar,
  FilterSearch,
  linkClass,
  Loaded,
  Notice,
  PageHeader,
  plural,
  shortUrl,
  toast,
  useSearchState,
  useShortcut,
} from '../../ui';
import { EndpointDrawer } from './endpoint-drawer';
import { EndpointTable } from './endpoint-table';
import { foundEndpoints } from './endpoint-words';
import { forgetDeleted, useLastDeleted } from './last-deleted';
import type { WebhooksSearch } from './search';
import { SigningSecretDialog } from './secret-dialog';
import { SwitchDialogs, type Asked } from './switch-dialogs';
import { useEndpoints, type AllEndpoints } from './use-endpoints';

/** Where events go: each endpoint with how it does. */
export function WebhooksScreen() {
  const [search, setSearch] = useSearchState<WebhooksSearch>();
  const may_manage = useAbility('webhooks:manage');
  const endpoints = useEndpoints();
  const [copied, setCopied] = useState<EndpointView | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const add = (copy: EndpointView | null = null) => {
    setCopied(copy);
    setSearch({ add: '1' }, { push: true });
  };
  useShortcut('n', 'Add a webhook', () => add(), { is_on: may_manage });
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Each webhook sends the events it subscribes to, signed, to an address of yours, and tries again until your server answers."
        actions={
          may_manage && (
            <Button tone="primary" icon={Plus} onClick={() => add()}>
              Add webhook
            </Button>
          )
        }
      />
      <div className="flex flex-col gap-4">
        {!may_manage && <Notice>Your role can look at webhooks. Ask a developer or an owner to change them.</Notice>}
        {may_manage && <DeletedNotice onCopy={add} />}
        <Loaded query={endpoints} words="Loading your webhooks…" rows={5}>
          {(all) => (
            <List
              all={all}
              find={search.find}
              onFind={(find) => setSearch({ find })}
              onAsk={setAsked}
              onAdd={may_manage ? () => add() : undefined}
            />
          )}
        </Loaded>
      </div>
      <SwitchDialogs
        asked={asked}
        onClose={() => setAsked(null)}
        onDeleted={({ url }) => toast.success('Webhook deleted', `${shortUrl(url)} gets nothing more.`)}
      />
      {may_manage && (
        <AddEndpoint
          open={search.add === '1'}
          template={copied}
          onClose={() => {
            setSearch({ add: undefined });
            setCopied(null);
          }}
        />
      )}
    </>
  );
}

/** The way back from a deletion, in words: the settings are known, the secret and the history are not. */
function DeletedNotice({ onCopy }: { onCopy(endpoint: EndpointView): void }) {
  const { tenant_id } = useScope();
  const deleted = useLastDeleted(tenant_id);
  if (!deleted) return null;
  return (
    <Notice
      action={
        <span className="flex flex-wrap gap-2">
          <Button size="sm" onClick={() => onCopy(deleted)}>
            Add it again…
          </Button>
          <Button size="sm" tone="quiet" onClick={forgetDeleted}>
            Dismiss
          </Button>
        </span>
      }
    >
      <span role="status">
        You deleted <span className="font-medium break-all">{shortUrl(deleted.url)}</span>. If that was not meant, add
        it again with the same settings; your server then needs the new signing secret.
      </span>
    </Notice>
  );
}

interface ListProps {
  all: AllEndpoints;
  find: string | undefined;
  onFind(find: string | undefined): void;
  onAsk(asked: Asked): void;
  onAdd: (() => void) | undefined;
}

const HEALTH_REFETCH_MS = 10_000;
/** Fewer are seen at a glance. */
const MANY = 6;

function List({ all: { endpoints, total }, find, onFind, onAsk, onAdd }: ListProps) {
  const health = useApiList<EndpointHealth>('/webhooks/health', {
    enabled: endpoints.length > 0,
    refetch_ms: HEALTH_REFETCH_MS,
  });
  const found = foundEndpoints(endpoints, find);
  if (endpoints.length === 0) return <NoWebhooks onAdd={onAdd} />;
  return (
    <>
      {(endpoints.length >= MANY || find !== undefined) && (
        <FilterBar onClear={find !== undefined && (() => onFind(undefined))}>
          <FilterSearch
            label="Search webhooks"
            placeholder="Address, description or event"
            value={find}
            onChange={onFind}
          />
        </FilterBar>
      )}
      {found.length === 0 ? (
        <Card>
          <EmptyState
            title="No webhook fits"
            action={<Button onClick={() => onFind(undefined)}>Clear the search</Button>}
          >
            None of the {plural(endpoints.length, 'webhook')} has these words in its address, description or events.
          </EmptyState>
        </Card>
      ) : (
        <Card flush>
          <EndpointTable endpoints={found} health={health.data?.data} onAsk={onAsk} />
        </Card>
      )}
      {health.error && (
        <p className="text-xs text-muted">
          The figures of the last 24 hours could not be loaded: {health.error.message} They are asked for again in a
          moment.
        </p>
      )}
      {total > endpoints.length && (
        <p className="text-xs text-muted">
          The first {endpoints.length} of {plural(total, 'webhook')} are shown; the API lists them all.
        </p>
      )}
    </>
  );
}

function NoWebhooks({ onAdd }: { onAdd: (() => void) | undefined }) {
  return (
    <Card>
      <EmptyState
        icon={Webhook}
        title="No webhooks yet"
        action={
          onAdd && (
            <Button tone="primary" icon={Plus} onClick={onAdd}>
              Add your first webhook
            </Button>
          )
        }
      >
        A webhook tells your server within a moment that an appointment was booked or a call was missed. You need an
        address that is reachable from the internet; a test shows at once whether it answers.{' '}
        <Link to="/docs" search={{ topic: 'webhooks' }} className={linkClass}>
          How to receive webhooks
        </Link>
      </EmptyState>
    </Card>
  );
}

/** The form, then the secret, then the new webhook's own screen. */
function AddEndpoint({ open, template, onClose }: { open: boolean; template: EndpointView | null; onClose(): void }) {
  const navigate = useNavigate();
  const [created, setCreated] = useState<{ id: string; secret: string } | null>(null);
  return (
    <>
      <EndpointDrawer
        open={open && created === null}
        endpoint={null}
        template={template}
        onClose={onClose}
        onSaved={({ id }, secret) => {
          if (template) forgetDeleted();
          if (secret !== null) setCreated({ id, secret });
        }}
      />
      <SigningSecretDialog
        secret={created?.secret ?? null}
        title="Your webhook is ready"
        onClose={() => {
          const id = created?.id;
          setCreated(null);
          if (id === undefined) return onClose();
          // In the place of the form in the history: Back leads to the list.
          void navigate({ to: '/webhooks/$endpointId', params: { endpointId: id }, search: {}, replace: true });
        }}
      >
        <p>It gets events from now on. Send it a test on the next screen.</p>
      </SigningSecretDialog>
    </>
  );
}
