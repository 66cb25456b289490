import { CircleAlert, CircleCheck, CircleMinus, Clock } from 'lucide-react';
import type { ApiKeyView, Mode } from '../../api';
import { Badge, Countdown, cx, localDay, Mono, RelativeTime, Tooltip, useNow } from '../../ui';
import { keyState, staleness, UNUSED_DAYS, NEVER_USED_DAYS } from './key-health';

export function ModeBadge({ mode }: { mode: Mode }) {
  return <Badge tone={mode === 'live' ? 'accent' : 'neutral'}>{mode === 'live' ? 'Live' : 'Test'}</Badge>;
}

/** Whether it works, in a word. */
function KeyStateBadge({ subject }: { subject: ApiKeyView }) {
  const state = keyState(subject, useNow());
  if (state === 'revoked') return <Badge icon={CircleMinus}>Revoked</Badge>;
  if (state === 'expired') return <Badge icon={CircleMinus}>Expired</Badge>;
  if (state === 'ending')
    return (
      <Badge tone="warn" icon={Clock}>
        Ends soon
      </Badge>
    );
  return (
    <Badge tone="good" icon={CircleCheck}>
      Active
    </Badge>
  );
}

/** When it was last used; said in words and coloured where nobody seems to need it. */
export function LastUsed({ subject }: { subject: ApiKeyView }) {
  const stale = staleness(subject, useNow());
  return (
    <span className={cx('flex flex-col', stale && 'text-warn')}>
      <RelativeTime time={subject.last_used_at} className="whitespace-nowrap" />
      {stale && (
        <span className="inline-flex items-center gap-1 text-xs whitespace-nowrap">
          <CircleAlert aria-hidden className="size-3.5 shrink-0" />
          {stale === 'never_used' ? `Not used in ${NEVER_USED_DAYS} days` : `Unused for ${UNUSED_DAYS} days`}
        </span>
      )}
    </span>
  );
}

/** When it ends or ended, in words that go with its state. */
function End({ subject: { expires_at, revoked_at, ...times } }: { subject: ApiKeyView }) {
  const state = keyState({ expires_at, revoked_at, ...times }, useNow());
  if (revoked_at !== null) return <RelativeTime time={revoked_at} />;
  if (expires_at === null) return 'never expires';
  if (state === 'ending')
    return (
      <span className="text-warn">
        expires <Countdown to={expires_at} />
      </span>
    );
  return `${state === 'expired' ? 'on' : 'expires'} ${localDay(expires_at)}`;
}

export function StateAndEnd({ subject }: { subject: ApiKeyView }) {
  return (
    <span className="flex flex-col items-start gap-0.5">
      <KeyStateBadge subject={subject} />
      <span className="text-xs whitespace-nowrap text-muted">
        <End subject={subject} />
      </span>
    </span>
  );
}

export function Scopes({ scopes }: { scopes: readonly string[] }) {
  if (scopes.includes('*')) return 'Everything';
  const [first, ...rest] = scopes;
  if (rest.length === 0) return <Mono>{first}</Mono>;
  return (
    <Tooltip text={scopes.join(', ')}>
      <button type="button" className="block max-w-full cursor-help text-left">
        <Mono className="block">{first}</Mono>
        <span aria-hidden className="block text-xs text-muted">
          and {rest.length} more
        </span>
        <span className="sr-only">, {rest.join(', ')}</span>
      </button>
    </Tooltip>
  );
}

/** Name and key; on a phone also what the columns say that have no room there. */
export function KeyName({ subject }: { subject: ApiKeyView }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium" title={subject.name}>
          {subject.name}
        </span>
        <ModeBadge mode={subject.mode} />
      </span>
      <Mono className="text-muted">{`${subject.prefix}…${subject.last4}`}</Mono>
      <span className="mt-1 sm:hidden">
        <StateAndEnd subject={subject} />
      </span>
      <span className="flex items-start gap-1 text-xs md:hidden">
        <span className="whitespace-nowrap text-muted">Last used</span> <LastUsed subject={subject} />
      </span>
    </div>
  );
}
