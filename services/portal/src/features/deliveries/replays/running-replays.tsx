import { X } from 'lucide-react';
import { useState } from 'react';
import {
  useAbility,
  useApi,
  useApiList,
  useApiMutation,
  useApiQuery,
  type ReplayView,
  type ReplayWithResult,
} from '../../../api';
import { Button, IconButton, InlineError, toast } from '../../../ui';
import type { EndpointName } from '../log/columns';
import { isUnderWay, progressOf } from './replay-filter';
import { filterWords, progressWords } from './replay-words';

interface RunningReplaysProps {
  nameOf: EndpointName;
  /** Begun on this screen: they stay until their result was seen. */
  started: readonly string[];
  endpoint_id: string | undefined;
}

const LOOK_FOR_OTHERS_MS = 15_000;

/** Replays of many: how far each is, and how it ended. Whoever comes back sees those that still run. */
export function RunningReplays({ nameOf, started, endpoint_id }: RunningReplaysProps) {
  const running = useApiList<ReplayView>('/replays', {
    query: { status: 'running', per_page: 10 },
    refetch_ms: LOOK_FOR_OTHERS_MS,
  });
  const [seen, setSeen] = useState<readonly string[]>([]);
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const of_others = (running.data?.data ?? [])
    .filter(({ filter }) => endpoint_id === undefined || filter.endpoint_id === endpoint_id)
    .map(({ id }) => id);
  const new_ones = [...started, ...of_others].filter((id) => !seen.includes(id));
  if (new_ones.length > 0) setSeen([...seen, ...new Set(new_ones)]);
  const shown = seen.filter((id) => !dismissed.includes(id));
  if (shown.length === 0) return null;
  return (
    <section aria-label="Replays" className="flex flex-col gap-2">
      {shown.map((id) => (
        <ReplayProgress key={id} id={id} nameOf={nameOf} onDismiss={() => setDismissed([...dismissed, id])} />
      ))}
    </section>
  );
}

const PROGRESS_MS = 1_000;

function ReplayProgress({ id, nameOf, onDismiss }: { id: string; nameOf: EndpointName; onDismiss(): void }) {
  const [is_done, setDone] = useState(false);
  const query = useApiQuery<ReplayWithResult>(`/replays/${id}`, { refetch_ms: is_done ? undefined : PROGRESS_MS });
  const replay = query.data;
  if (replay && is_done !== !isUnderWay(replay)) setDone(!isUnderWay(replay));
  if (query.error && !replay) return <InlineError error={query.error} retry={() => query.refetch()} />;
  if (!replay) return <p className="text-sm text-muted">Looking at a replay…</p>;
  const share = progressOf(replay);
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-line bg-surface px-3.5 py-2.5 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div className="min-w-0 flex-1">
          <p role="status" className="font-medium">
            {progressWords(replay)}
          </p>
          <p className="text-xs text-muted">{filterWords(replay.filter, nameOf)}</p>
        </div>
        {replay.status === 'running' ? (
          <CancelButton id={id} />
        ) : (
          <IconButton label="Dismiss this replay" icon={X} size="sm" onClick={onDismiss} />
        )}
      </div>
      {replay.status === 'running' && (
        <div
          role="progressbar"
          aria-label="Progress of the replay"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.floor(share * 100)}
          className="h-1.5 overflow-hidden rounded-full bg-sunken"
        >
          <div
            className="h-full rounded-full bg-accent-strong transition-[width]"
            style={{ width: `${share * 100}%` }}
          />
        </div>
      )}
    </div>
  );
}

function CancelButton({ id }: { id: string }) {
  const api = useApi();
  const may_cancel = useAbility('webhooks:manage');
  const cancel = useApiMutation(() => api.post<ReplayWithResult>(`/replays/${id}/cancel`), {
    invalidates: ['/replays'],
    onSuccess: () => toast.info('The replay was stopped', 'What it has set going already goes on.'),
    onError: (error) => toast.error('The replay was not stopped', error),
  });
  if (!may_cancel) return null;
  return (
    <Button size="sm" busy={cancel.isPending && 'Stopping…'} onClick={() => cancel.mutate(undefined)}>
      Stop
    </Button>
  );
}
