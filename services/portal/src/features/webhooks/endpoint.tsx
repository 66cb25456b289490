import { useNavigate } from '@tanstack/react-router';
import { CirclePause, CirclePlay, Ellipsis, History, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useAbility, useApiList, type EndpointHealth, type EndpointView } from '../../api';
import {
  Button,
  Card,
  EndpointBadge,
  IconButton,
  Menu,
  Notice,
  PageHeader,
  RelativeTime,
  shortUrl,
  Sparkline,
  toast,
  useSearchState,
  useShortcut,
} from '../../ui';
import { ReplayProgress } from '../replays/replay-progress';
import { EndpointDrawer } from './endpoint-drawer';
import { healthInWords, whyDisabled } from './endpoint-words';
import { RecentDeliveries } from './recent-deliveries';
import { RecoverDialog } from './recover-dialog';
import type { WebhookSearch } from './search';
import { SecretCard } from './secret-card';
import { SettingsCard } from './settings-card';
import { SwitchDialogs, type Asked } from './switch-dialogs';
import { TestSend } from './test-send';
import { useEnable } from './use-enable';

export function Endpoint({ endpoint }: { endpoint: EndpointView }) {
  const [search, setSearch] = useSearchState<WebhookSearch>();
  const may_manage = useAbility('webhooks:manage');
  const health = useApiList<EndpointHealth>('/webhooks/health', { refetch_ms: 10_000 });
  const own = health.data?.data.find(({ endpoint_id }) => endpoint_id === endpoint.id);
  const [is_recovering, setRecovering] = useState(false);
  const [was_enabled, setEnabled] = useState(false);
  const edit = () => setSearch({ edit: '1' }, { push: true });
  useShortcut('e', 'Edit this webhook', edit, { is_on: may_manage });
  return (
    <>
      <Header endpoint={endpoint} health={own} onEdit={edit} onRecover={() => setRecovering(true)} />
      <div className="flex flex-col gap-4">
        {!endpoint.enabled && <DisabledNotice endpoint={endpoint} onEnabled={() => setEnabled(true)} />}
        {endpoint.enabled && was_enabled && (
          <Notice
            tone="good"
            action={
              <Button size="sm" icon={History} onClick={() => setRecovering(true)}>
                Send what it missed…
              </Button>
            }
          >
            It gets events again. What failed or was cancelled before can now be sent.
          </Notice>
        )}
        {search.replay && <ReplayProgress id={search.replay} onDismiss={() => setSearch({ replay: undefined })} />}
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="flex min-w-0 flex-col gap-4">
            <Card title="Last 24 hours">
              <div className="flex flex-wrap items-center gap-x-5 gap-y-2 text-sm">
                {own && (
                  <Sparkline points={own.hours} label="Deliveries of the last 24 hours" width={240} height={40} />
                )}
                <p className="text-muted">
                  {health.isPending ? 'Loading the figures…' : health.error ? health.error.message : healthInWords(own)}
                </p>
              </div>
            </Card>
            <TestSend
              endpoint={endpoint}
              event={search.event ?? ''}
              onEvent={(event) => setSearch({ event: event === '' ? undefined : event })}
            />
            <RecentDeliveries endpoint_id={endpoint.id} />
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            <SettingsCard endpoint={endpoint} />
            <SecretCard endpoint={endpoint} />
          </div>
        </div>
      </div>
      {may_manage && (
        <>
          <EndpointDrawer
            open={search.edit === '1'}
            endpoint={endpoint}
            onClose={() => setSearch({ edit: undefined })}
            onSaved={() => {
              setSearch({ edit: undefined });
              toast.success('Settings saved', 'They hold from the next attempt on.');
            }}
          />
          {is_recovering && (
            <RecoverDialog
              open
              endpoint={endpoint}
              onClose={() => setRecovering(false)}
              onStarted={({ id }) => {
                setRecovering(false);
                setEnabled(false);
                setSearch({ replay: id });
              }}
            />
          )}
        </>
      )}
    </>
  );
}

function Header({
  endpoint,
  health,
  onEdit,
  onRecover,
}: {
  endpoint: EndpointView;
  health: EndpointHealth | undefined;
  onEdit(): void;
  onRecover(): void;
}) {
  const navigate = useNavigate();
  const may_manage = useAbility('webhooks:manage');
  const [asked, setAsked] = useState<Asked | null>(null);
  const enable = useEnable();
  const { enabled, disabled_reason, url } = endpoint;
  return (
    <PageHeader
      title={shortUrl(url)}
      description={endpoint.description}
      actions={
        may_manage && (
          <>
            <Button icon={Pencil} onClick={onEdit}>
              Edit
            </Button>
            <Menu
              label="More for this webhook"
              trigger={<IconButton label="More" icon={Ellipsis} tone="plain" />}
              items={[
                {
                  label: 'Send what it missed…',
                  icon: History,
                  disabled: !enabled,
                  hint: enabled ? undefined : 'Enable it first.',
                  onSelect: onRecover,
                },
                enabled
                  ? { label: 'Disable…', icon: CirclePause, onSelect: () => setAsked({ kind: 'disable', endpoint }) }
                  : { label: 'Enable', icon: CirclePlay, onSelect: () => enable.mutate(endpoint) },
                'line',
                {
                  label: 'Delete…',
                  icon: Trash2,
                  danger: true,
                  onSelect: () => setAsked({ kind: 'delete', endpoint }),
                },
              ]}
            />
          </>
        )
      }
    >
      <span className="-mt-2 flex">
        <EndpointBadge enabled={enabled} disabled_reason={disabled_reason} success_rate={health?.success_rate} />
      </span>
      <SwitchDialogs
        asked={asked}
        onClose={() => setAsked(null)}
        // The list says how to add it again; Back does not lead to what is gone.
        onDeleted={() => void navigate({ to: '/webhooks', search: {}, replace: true })}
      />
    </PageHeader>
  );
}

function DisabledNotice({ endpoint, onEnabled }: { endpoint: EndpointView; onEnabled(): void }) {
  const may_manage = useAbility('webhooks:manage');
  const enable = useEnable();
  const { title, advice } = whyDisabled(endpoint);
  const start = () => enable.mutate(endpoint, { onSuccess: onEnabled });
  return (
    <Notice
      tone={endpoint.disabled_reason === 'manual' ? 'warn' : 'bad'}
      action={
        may_manage && (
          <Button size="sm" icon={CirclePlay} busy={enable.isPending && 'Enabling…'} onClick={start}>
            Enable
          </Button>
        )
      }
    >
      <p className="font-medium">
        Disabled <RelativeTime time={endpoint.disabled_at} />. {title}
      </p>
      <p>It gets no events; what was pending for it is cancelled when it comes due. {advice}</p>
    </Notice>
  );
}
