import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import {
  asApiError,
  useApi,
  useApiInfinite,
  useApiMutation,
  type DeadLetterGroup,
  type DeadLettersReplayed,
  type DeliveryView,
} from '../../api';
import { Button, count, InlineError, Loaded, Notice, plural } from '../../ui';
import { ChoosableRows } from './choosable-rows';
import { byReason, inRequests, stillShown } from './selection';

const PER_PAGE = 50;

/** The deliveries of a group, newest first, some at a time; those that are ticked are sent again. */
export function GroupRows({
  group,
  since,
  can_replay,
}: {
  group: DeadLetterGroup;
  since: string;
  can_replay: boolean;
}) {
  // The moment moves on each minute; the rows one has ticked stay the same ones.
  const [from] = useState(since);
  const list = useApiInfinite<DeliveryView>('/deliveries', {
    query: { status: 'dead', endpoint_id: group.endpoint.id, error: group.error.code, since: from, per_page: PER_PAGE },
  });
  // Tests are in the log as well; nobody owes them to anybody.
  const rows = (list.data?.pages ?? []).flatMap(({ data }) => data).filter(({ trigger }) => trigger !== 'test');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const shown = rows.map(({ id }) => id);
  const ids = stillShown(chosen, shown);
  const replay = useReplaySelected(() => setChosen(new Set()));
  return (
    <Loaded query={list} words="Loading the deliveries…" rows={3}>
      {() => (
        <div className="flex min-w-0 flex-col gap-3 p-4">
          {can_replay && (
            <div className="flex flex-wrap items-center gap-3 text-sm">
              <Button
                size="sm"
                tone="primary"
                icon={RotateCcw}
                disabled={ids.length === 0}
                busy={replay.isPending && 'Replaying…'}
                onClick={() => replay.mutate(ids)}
              >
                Replay {ids.length === 0 ? 'the chosen ones' : plural(ids.length, 'delivery', 'deliveries')}
              </Button>
              <span className="text-xs text-muted max-sm:hidden">Shift chooses all in between.</span>
            </div>
          )}
          <div role="status">{replay.data && <Outcome outcome={replay.data} />}</div>
          {replay.error && <InlineError error={replay.error} />}
          {rows.length === 0 ? (
            <p className="text-sm text-muted">None of them is left here: they were sent again.</p>
          ) : (
            <ChoosableRows rows={rows} chosen={chosen} onChoose={can_replay ? setChosen : undefined} />
          )}
          <div className="flex flex-wrap items-center gap-3 text-xs text-muted">
            <span>
              {count(rows.length)} of {count(Math.max(group.count, rows.length))} shown
            </span>
            {list.hasNextPage && (
              <Button
                size="sm"
                busy={list.isFetchingNextPage && 'Loading more…'}
                onClick={() => void list.fetchNextPage()}
              >
                Load more
              </Button>
            )}
          </div>
        </div>
      )}
    </Loaded>
  );
}

/** A hundred in one request, one request after the other. What was sent before one fails stays sent, and is said. */
function useReplaySelected(onDone: () => void) {
  const api = useApi();
  return useApiMutation(
    async (ids: string[]): Promise<DeadLettersReplayed> => {
      const all: DeadLettersReplayed = { replayed: [], refused: [] };
      for (const delivery_ids of inRequests(ids)) {
        try {
          const some = await api.post<DeadLettersReplayed>('/dead-letters/replay', { delivery_ids });
          all.replayed.push(...some.replayed);
          all.refused.push(...some.refused);
        } catch (error) {
          if (all.replayed.length === 0) throw error;
          const reason = asApiError(error).message;
          all.refused.push(...delivery_ids.map((id) => ({ id, reason })));
        }
      }
      return all;
    },
    { invalidates: ['/dead-letters', '/deliveries', '/overview', '/webhooks/health'], onSuccess: onDone },
  );
}

function Outcome({ outcome: { replayed, refused } }: { outcome: DeadLettersReplayed }) {
  return (
    <Notice tone={refused.length === 0 ? 'good' : 'warn'}>
      {replayed.length > 0 && (
        <p>
          {plural(replayed.length, 'delivery is', 'deliveries are')} on the way again. What fails once more comes back
          here.
        </p>
      )}
      {byReason(refused).map(({ reason, count: times }) => (
        <p key={reason}>
          {plural(times, 'delivery', 'deliveries')} not sent: {reason}
        </p>
      ))}
    </Notice>
  );
}
