import { Link } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useRef, useState } from 'react';
import { useApi, useApiInfinite, useApiMutation, type DeadLettersReplayed, type DeliveryView } from '../../api';
import { Button, count, InlineError, Loaded, Notice, plural, RelativeTime, StatusCode, linkClass } from '../../ui';
import { byReason, inRequests, stillShown, toggled } from './selection';
import type { Group } from './view';

const PER_PAGE = 50;

/** The deliveries of a group, newest first, some at a time; those that are ticked are sent again. */
export function GroupRows({ group, since, can_replay }: { group: Group; since: string; can_replay: boolean }) {
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
            <Rows rows={rows} chosen={chosen} onChoose={can_replay ? setChosen : undefined} />
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
        const some = await api.post<DeadLettersReplayed>('/dead-letters/replay', { delivery_ids });
        all.replayed.push(...some.replayed);
        all.refused.push(...some.refused);
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

interface RowsProps {
  rows: readonly DeliveryView[];
  chosen: ReadonlySet<string>;
  onChoose: ((chosen: ReadonlySet<string>) => void) | undefined;
}

function Rows({ rows, chosen, onChoose }: RowsProps) {
  const shown = rows.map(({ id }) => id);
  const some = stillShown(chosen, shown).length;
  const last = useRef<string | null>(null);
  const is_shift = useRef(false);
  const choose = (id: string, is_on: boolean) => {
    onChoose?.(toggled(chosen, shown, id, { is_on, last: is_shift.current ? last.current : null }));
    last.current = id;
  };
  return (
    <div className="min-w-0 overflow-x-auto" role="region" aria-label="Deliveries that failed for good" tabIndex={0}>
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-left text-xs text-muted">
            {onChoose && (
              <th scope="col" className="w-9 py-2 pr-3">
                <input
                  type="checkbox"
                  aria-label={`Choose all ${shown.length} shown`}
                  className="size-4 align-middle accent-(--accent-strong)"
                  checked={some === shown.length}
                  ref={(box) => {
                    if (box) box.indeterminate = some > 0 && some < shown.length;
                  }}
                  onChange={(event) => onChoose(new Set(event.target.checked ? shown : []))}
                />
              </th>
            )}
            <th scope="col" className="py-2 pr-4 font-medium">
              Event
            </th>
            <th scope="col" className="py-2 pr-4 font-medium max-sm:hidden">
              Last answer
            </th>
            <th scope="col" className="py-2 pr-4 font-medium max-md:hidden">
              Attempts
            </th>
            <th scope="col" className="py-2 text-right font-medium">
              Given up
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} className="border-b border-line last:border-0 hover:bg-sunken/60">
              {onChoose && (
                <td className="py-2 pr-3">
                  <input
                    type="checkbox"
                    aria-label={`Choose ${row.event}, ${row.id}`}
                    className="size-4 align-middle accent-(--accent-strong)"
                    checked={chosen.has(row.id)}
                    // The change itself does not tell whether Shift was held.
                    onClick={(event) => (is_shift.current = event.shiftKey)}
                    onChange={(event) => choose(row.id, event.target.checked)}
                  />
                </td>
              )}
              <td className="py-2 pr-4">
                <Link to="/deliveries" search={{ delivery: row.id }} className={linkClass}>
                  <span className="font-mono text-[0.8125rem] break-all">{row.event}</span>
                </Link>
              </td>
              <td className="py-2 pr-4 max-sm:hidden">
                <StatusCode code={row.last_status_code} />
              </td>
              <td className="py-2 pr-4 max-md:hidden">{row.attempt_count}</td>
              <td className="py-2 text-right text-xs whitespace-nowrap text-muted">
                <RelativeTime time={row.completed_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
