import { useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleX, LoaderCircle, Square } from 'lucide-react';
import { useEffect } from 'react';
import {
  scopedKey,
  useAbility,
  useApi,
  useApiMutation,
  useApiQuery,
  useInvalidate,
  useScope,
  type ReplayWithResult,
} from '../../api';
import { Button, Loaded, toast } from '../../ui';
import { useEndpointName } from '../webhooks/endpoint-name';
import { filterWords, lookAgainMs, progressOf, replayResult, replayTitle } from './replay-words';

/** A replay of many from when it is asked for until the last delivery of it has ended: bar, cancel, and the result. */
export function ReplayProgress({ id, onDismiss }: { id: string; onDismiss(): void }) {
  const path = `/replays/${id}`;
  const scope = useScope();
  const client = useQueryClient();
  const known = client.getQueryData<ReplayWithResult>(scopedKey(scope, path));
  const replay = useApiQuery<ReplayWithResult>(path, { refetch_ms: lookAgainMs(known) });
  useRefreshedLists(replay.data);
  return (
    <section aria-label="Replay" className="rounded-xl border border-line bg-surface p-4 text-sm">
      <Loaded query={replay} words="Looking how far the replay is…" rows={0}>
        {(data) => <Progress replay={data} onDismiss={onDismiss} />}
      </Loaded>
      {replay.error?.status === 404 && (
        <Button size="sm" onClick={onDismiss}>
          Dismiss
        </Button>
      )}
    </section>
  );
}

/** What it moves is shown elsewhere on the screen. */
function useRefreshedLists(replay: ReplayWithResult | undefined): void {
  const invalidate = useInvalidate();
  const moved = replay && [replay.status, replay.replayed, ...Object.values(replay.result)].join(' ');
  useEffect(() => {
    if (moved !== undefined) void invalidate('/dead-letters', '/deliveries', '/webhooks/health', '/overview');
  }, [moved, invalidate]);
}

function Progress({ replay, onDismiss }: { replay: ReplayWithResult; onDismiss(): void }) {
  const nameOf = useEndpointName();
  const is_running = replay.status === 'running';
  const is_over = lookAgainMs(replay) === undefined;
  const share = progressOf(replay);
  return (
    <div className="flex flex-col gap-2.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p role="status" className="flex items-center gap-2 font-medium">
          <StateIcon replay={replay} is_over={is_over} />
          {replayTitle(replay)}
        </p>
        <span className="flex gap-2">
          {is_running && <CancelButton id={replay.id} />}
          {!is_running && (
            <Button size="sm" tone="quiet" onClick={onDismiss}>
              Dismiss
            </Button>
          )}
        </span>
      </div>
      <div
        role="progressbar"
        aria-label="Deliveries sent again"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        className="h-1.5 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className={replay.result.dead > 0 ? 'h-full bg-warn' : 'h-full bg-accent'}
          style={{ width: `${share * 100}%` }}
        />
      </div>
      <p className="text-xs text-muted">{filterWords(replay.filter, nameOf)}</p>
      <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-muted">
        {replayResult(replay).map((said) => (
          <span key={said}>{said}</span>
        ))}
      </p>
    </div>
  );
}

function StateIcon({ replay, is_over }: { replay: ReplayWithResult; is_over: boolean }) {
  if (!is_over) return <LoaderCircle aria-hidden className="size-4 animate-spin text-muted" />;
  if (replay.result.dead > 0 || replay.status === 'cancelled')
    return <CircleX aria-hidden className="size-4 text-warn" />;
  return <CircleCheck aria-hidden className="size-4 text-good" />;
}

function CancelButton({ id }: { id: string }) {
  const api = useApi();
  const may_manage = useAbility('webhooks:manage');
  const cancel = useApiMutation(() => api.post<ReplayWithResult>(`/replays/${id}/cancel`, {}), {
    invalidates: ['/replays'],
    onSuccess: () => toast.info('Replay stopped', 'What was set going already goes on; nothing more is sent.'),
    onError: (error) => toast.error('The replay could not be stopped', error),
  });
  if (!may_manage) return null;
  return (
    <Button size="sm" icon={Square} busy={cancel.isPending && 'Stopping…'} onClick={() => cancel.mutate(undefined)}>
      Stop
    </Button>
  );
}
