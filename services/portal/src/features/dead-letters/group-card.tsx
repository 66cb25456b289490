import { Link } from '@tanstack/react-router';
import { ChevronRight, RotateCcw } from 'lucide-react';
import { useId } from 'react';
import { useAbility, type DeadLetterGroup } from '../../api';
import { Badge, Button, count, cx, linkClass, Notice, RelativeTime, shortUrl } from '../../ui';
import { errorWords } from '../deliveries/error-words';
import { GroupRows } from './group-rows';
import { obstacleOf } from './view';

interface GroupCardProps {
  group: DeadLetterGroup;
  since: string;
  is_open: boolean;
  onToggle(is_open: boolean): void;
  onReplay(): void;
}

/** One endpoint and one reason: what it means, what helps, and the deliveries on demand. */
export function GroupCard({ group, since, is_open, onToggle, onReplay }: GroupCardProps) {
  const may_manage = useAbility('webhooks:manage');
  const { endpoint, error } = group;
  const words = errorWords(error, statusIn(error.message));
  const obstacle = obstacleOf(group);
  const rows_id = useId();
  return (
    <li className="min-w-0 rounded-xl border border-line bg-surface">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 p-4">
        <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
          <h2 className="flex flex-wrap items-center gap-2 text-sm font-semibold">
            <Badge tone="bad">{count(group.count)}</Badge>
            {words.short}
          </h2>
          <p className="flex min-w-0 text-sm">
            {endpoint.deleted ? (
              <span title={endpoint.url} className="truncate font-mono text-[0.8125rem] text-muted">
                {shortUrl(endpoint.url)} (deleted)
              </span>
            ) : (
              <Link
                to="/webhooks/$endpointId"
                params={{ endpointId: endpoint.id }}
                search={{}}
                title={endpoint.url}
                className={`${linkClass} truncate font-mono text-[0.8125rem]`}
              >
                {shortUrl(endpoint.url)}
              </Link>
            )}
          </p>
          <p className="text-sm text-muted">
            {error.message} {words.advice}
          </p>
          <p className="text-xs text-muted">
            First given up <RelativeTime time={group.first_at} />, last <RelativeTime time={group.last_at} />
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            size="sm"
            aria-expanded={is_open}
            aria-controls={is_open ? rows_id : undefined}
            aria-label={`${is_open ? 'Hide' : 'Show'} the deliveries to ${shortUrl(endpoint.url)}: ${words.short}`}
            onClick={() => onToggle(!is_open)}
          >
            <ChevronRight aria-hidden className={cx('size-3.5 transition-transform', is_open && 'rotate-90')} />
            {is_open ? 'Hide' : 'Show'}
          </Button>
          {may_manage && (
            <Button
              size="sm"
              icon={RotateCcw}
              disabled={obstacle !== null}
              aria-label={`Replay all ${count(group.count)}… to ${shortUrl(endpoint.url)}: ${words.short}`}
              onClick={onReplay}
            >
              Replay all {count(group.count)}…
            </Button>
          )}
        </div>
      </div>
      {obstacle && (
        <div className="px-4 pb-4">
          <Notice tone="warn">{obstacle}</Notice>
        </div>
      )}
      {is_open && (
        <div id={rows_id} className="border-t border-line">
          <GroupRows group={group} since={since} can_replay={may_manage && obstacle === null} />
        </div>
      )}
    </li>
  );
}

/** Groups are by code alone; the message of the newest says which status it was. */
function statusIn(message: string): number | null {
  const found = /answered (\d{3})/.exec(message);
  return found ? Number(found[1]) : null;
}
