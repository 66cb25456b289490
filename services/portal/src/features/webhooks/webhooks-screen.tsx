import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useAbility, useApiAll, useScope, type EndpointView } from '../../api';
import { Button, Loaded, Notice, PageHeader, shortUrl, toast, useSearchState, useShortcut } from '../../ui';
import { EndpointDrawer } from './endpoint-drawer';
import { EndpointList } from './endpoint-list';
import { forgetDeleted, useLastDeleted } from './last-deleted';
import type { WebhooksSearch } from './search';
import { SigningSecretDialog } from './secret-dialog';
import { SwitchDialogs, type Asked } from './switch-dialogs';

/** Where events go: each endpoint with how it does. */
export function WebhooksScreen() {
  const [search, setSearch] = useSearchState<WebhooksSearch>();
  const may_manage = useAbility('webhooks:manage');
  const endpoints = useApiAll<EndpointView>('/webhooks');
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
            <EndpointList
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
