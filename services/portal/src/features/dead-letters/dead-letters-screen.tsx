import { CircleCheck, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useAbility, useApiQuery, type DeadLetterGroup, type DeadLettersView } from '../../api';
import {
  Button,
  ButtonLink,
  Card,
  EmptyState,
  localTime,
  Loaded,
  Notice,
  PageHeader,
  plural,
  useNow,
  useSearchState,
} from '../../ui';
import { RunningReplays } from '../replays/running-replays';
import { GroupCard } from './group-card';
import { RangePicker } from './range-picker';
import { ReplayDialog, type ReplayAsked } from './replay-dialog';
import type { DeadLettersSearch } from './search';
import { DEFAULT_RANGE, RANGE_WORDS, sinceOf } from './time-range';
import { isSameGroup, obstacleOf } from './view';

const REFETCH_MS = 15_000;

/** What failed for good and why, and the way to send it again. */
export function DeadLettersScreen() {
  const [search, setSearch] = useSearchState<DeadLettersSearch>();
  const may_manage = useAbility('webhooks:manage');
  const since = sinceOf(search, useNow());
  const dead = useApiQuery<DeadLettersView>('/dead-letters', {
    query: { since },
    refetch_ms: REFETCH_MS,
    // The moment moves on with each minute; what was found for the one before stays until the answer is there.
    keep_previous: true,
  });
  const [asked, setAsked] = useState<ReplayAsked | null>(null);
  const total = dead.data?.total ?? 0;
  return (
    <>
      <PageHeader
        title="Dead letters"
        description="Deliveries whose last attempt failed. They are not tried again by themselves; mend the cause and replay them."
        actions={
          may_manage &&
          total > 0 && (
            <Button icon={RotateCcw} onClick={() => setAsked({ since, total, ...skippedOf(dead.data) })}>
              Replay all…
            </Button>
          )
        }
      >
        <RangePicker
          search={search}
          onChange={(change) => setSearch({ ...change, endpoint_id: undefined, error: undefined })}
        />
      </PageHeader>
      <div className="flex flex-col gap-4">
        <RunningReplays
          own={search.replay === undefined ? [] : [search.replay]}
          onDismiss={(id) => id === search.replay && setSearch({ replay: undefined })}
        />
        <Loaded query={dead} words="Looking for deliveries that failed for good…" rows={4}>
          {(data) =>
            data.groups.length === 0 ? (
              <NothingDead search={search} />
            ) : (
              <Groups
                dead={data}
                since={since}
                search={search}
                onToggle={(group, is_open) =>
                  setSearch(
                    is_open
                      ? { endpoint_id: group.endpoint.id, error: group.error.code }
                      : { endpoint_id: undefined, error: undefined },
                  )
                }
                onReplay={(group) => setAsked({ since, total: group.count, group })}
              />
            )
          }
        </Loaded>
      </div>
      <ReplayDialog asked={asked} onClose={() => setAsked(null)} onStarted={({ id }) => setSearch({ replay: id })} />
    </>
  );
}

function skippedOf(dead: DeadLettersView | undefined): Pick<ReplayAsked, 'skipped'> {
  const stuck = (dead?.groups ?? []).filter((group) => obstacleOf(group) !== null);
  return { skipped: stuck.reduce((sum, { count }) => sum + count, 0) };
}

function NothingDead({ search }: { search: DeadLettersSearch }) {
  const when = search.since ? `since ${localTime(search.since)}` : `in ${RANGE_WORDS[search.range ?? DEFAULT_RANGE]}`;
  return (
    <Card>
      <EmptyState
        icon={CircleCheck}
        title="Nothing failed for good"
        action={
          <ButtonLink to="/deliveries" search={{}}>
            Open the delivery log
          </ButtonLink>
        }
      >
        Every delivery of events {when} arrived, or is still being tried.
      </EmptyState>
    </Card>
  );
}

interface GroupsProps {
  dead: DeadLettersView;
  since: string;
  search: DeadLettersSearch;
  onToggle(group: DeadLetterGroup, is_open: boolean): void;
  onReplay(group: DeadLetterGroup): void;
}

function Groups({ dead, since, search, onToggle, onReplay }: GroupsProps) {
  return (
    <>
      <p role="status" className="text-sm text-muted">
        {plural(dead.total, 'delivery', 'deliveries')} failed for good, in {plural(dead.groups.length, 'group')} by
        webhook and reason.
      </p>
      {!dead.is_complete && (
        <Notice tone="warn">
          There are more than {dead.total.toLocaleString('en')}; the newest of them are grouped here. Replaying all
          takes the older ones along.
        </Notice>
      )}
      <ul className="flex flex-col gap-3">
        {dead.groups.map((group) => (
          <GroupCard
            key={`${group.endpoint.id} ${group.error.code}`}
            group={group}
            since={since}
            is_open={isSameGroup(group, search)}
            onToggle={(is_open) => onToggle(group, is_open)}
            onReplay={() => onReplay(group)}
          />
        ))}
      </ul>
    </>
  );
}
