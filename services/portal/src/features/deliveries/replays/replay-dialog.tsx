import { useState } from 'react';
import {
  useApi,
  useApiList,
  useApiMutation,
  type DeliveryView,
  type EndedStatus,
  type ReplayWithResult,
} from '../../../api';
import {
  Button,
  Checkbox,
  count,
  DELIVERY_STATUS_WORDS,
  Dialog,
  duration,
  Facts,
  InlineError,
  localTime,
  Mono,
  Notice,
  plural,
} from '../../../ui';
import { ERROR_OPTIONS } from '../error-words';
import type { EndpointName } from '../../webhooks/endpoint-name';
import type { LogFilter } from '../log-filter';
import {
  ENDED_STATUSES,
  refusalOf,
  REPLAYED_PER_SECOND,
  replayInputOf,
  statusesAtFirst,
  statusesToChoose,
} from './replay-filter';

interface ReplayDialogProps {
  open: boolean;
  onClose(): void;
  filter: LogFilter;
  nameOf: EndpointName;
  onStarted(replay_id: string): void;
}

export function ReplayDialog(props: ReplayDialogProps) {
  const { open, onClose, filter } = props;
  const refusal = refusalOf(filter);
  if (refusal !== null)
    return (
      <Dialog
        open={open}
        onClose={onClose}
        title="Replay many deliveries"
        size="sm"
        footer={<Button onClick={onClose}>Close</Button>}
      >
        <p className="text-sm">{refusal}</p>
      </Dialog>
    );
  // Asked anew each time: what was ticked belongs to the filter of that time.
  return <ReplayForm key={`${open} ${JSON.stringify(filter)}`} {...props} />;
}

function ReplayForm({ open, onClose, filter, nameOf, onStarted }: ReplayDialogProps) {
  const api = useApi();
  const [statuses, setStatuses] = useState<readonly EndedStatus[]>(() => statusesAtFirst(filter));
  const counts = useCounts(filter, open);
  const start = useApiMutation(() => api.post<ReplayWithResult>('/replays', replayInputOf(filter, statuses)), {
    invalidates: ['/replays'],
    onSuccess: ({ id }) => {
      onStarted(id);
      onClose();
    },
  });
  const known = statuses.map((status) => counts[status]);
  const total = known.includes(undefined) ? undefined : known.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const toggle = (status: EndedStatus, is_on: boolean) =>
    setStatuses(ENDED_STATUSES.filter((each) => (each === status ? is_on : statuses.includes(each))));
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Replay many deliveries"
      description="What the log’s filter finds and has ended is sent once more, each with all its attempts again."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="primary"
            busy={start.isPending && 'Starting…'}
            disabled={statuses.length === 0 || total === 0}
            onClick={() => start.mutate(undefined)}
          >
            {total === undefined ? 'Replay them' : `Replay ${plural(total, 'delivery', 'deliveries')}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FilterFacts filter={filter} nameOf={nameOf} />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-2 text-sm font-medium">Those that have ended as</legend>
          {statusesToChoose(filter).map((status) => (
            <Checkbox
              key={status}
              label={`${DELIVERY_STATUS_WORDS[status]}: ${counts[status] === undefined ? 'counting…' : count(counts[status])}`}
              checked={statuses.includes(status)}
              onChange={(is_on) => toggle(status, is_on)}
            />
          ))}
        </fieldset>
        <Consequences total={total} statuses={statuses} />
        {start.error && <InlineError error={start.error} />}
      </div>
    </Dialog>
  );
}

function Consequences({ total, statuses }: { total: number | undefined; statuses: readonly EndedStatus[] }) {
  if (statuses.length === 0) return <p className="text-sm text-muted">Tick at least one.</p>;
  if (total === 0) return <p className="text-sm text-muted">None matches, so there is nothing to send.</p>;
  return (
    <>
      {statuses.includes('succeeded') && (
        <Notice tone="warn">
          Your server has had those that succeeded. It gets them again with the same webhook-id, and has to recognise
          them as duplicates.
        </Notice>
      )}
      <p className="text-sm text-muted">
        They are set going {REPLAYED_PER_SECOND} a second
        {total === undefined
          ? ''
          : `, which takes about ${duration(Math.max((total / REPLAYED_PER_SECOND) * 1_000, 1_000))}`}
        . You can stop it at any time. Tests, and those of disabled or deleted endpoints, are left out.
      </p>
    </>
  );
}

function FilterFacts({ filter, nameOf }: { filter: LogFilter; nameOf: EndpointName }) {
  const { endpoint_id, event, error, since, until } = filter;
  return (
    <Facts
      items={[
        [
          'Endpoint',
          endpoint_id === undefined ? (
            'all'
          ) : (
            <Mono key="endpoint" wrap>
              {nameOf(endpoint_id)}
            </Mono>
          ),
        ],
        ['Event', event ?? 'all'],
        error !== undefined && ['Error', ERROR_OPTIONS.find(({ value }) => value === error)?.label ?? error],
        ['From', since === undefined ? 'the beginning of the log' : localTime(since)],
        ['To', until === undefined ? 'now' : localTime(until)],
      ]}
    />
  );
}

/** How many the filter finds of each kind; undefined while that is being counted. */
function useCounts(filter: LogFilter, is_on: boolean): Partial<Record<EndedStatus, number>> {
  const to_choose = statusesToChoose(filter);
  const ask = (status: EndedStatus) => ({
    query: { ...filter, status, per_page: 1 },
    enabled: is_on && to_choose.includes(status),
  });
  const dead = useApiList<DeliveryView>('/deliveries', ask('dead'));
  const cancelled = useApiList<DeliveryView>('/deliveries', ask('cancelled'));
  const succeeded = useApiList<DeliveryView>('/deliveries', ask('succeeded'));
  return {
    dead: dead.data?.meta.total,
    cancelled: cancelled.data?.meta.total,
    succeeded: succeeded.data?.meta.total,
  };
}
