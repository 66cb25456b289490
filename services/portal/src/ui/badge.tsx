import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CirclePause,
  Clock,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { DeliveryStatus, DisabledReason } from '../api/types';
import { cx } from './cx';

export type Tone = 'neutral' | 'good' | 'bad' | 'warn' | 'info' | 'accent';

const TONES: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  info: 'bg-info-soft text-info',
  accent: 'bg-accent-soft text-accent',
};

export function Badge({
  tone = 'neutral',
  icon: Icon,
  children,
  className,
}: {
  tone?: Tone;
  icon?: LucideIcon;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span
      className={cx(
        'inline-flex h-5.5 shrink-0 items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap',
        TONES[tone],
        className,
      )}
    >
      {Icon && <Icon aria-hidden className="size-3.5" />}
      {children}
    </span>
  );
}

interface StatusLook {
  tone: Tone;
  icon: LucideIcon;
  words: string;
}

const DELIVERY: Record<DeliveryStatus, StatusLook> = {
  pending: { tone: 'info', icon: CircleDashed, words: 'Pending' },
  succeeded: { tone: 'good', icon: CircleCheck, words: 'Succeeded' },
  dead: { tone: 'bad', icon: CircleAlert, words: 'Failed for good' },
  cancelled: { tone: 'neutral', icon: CircleMinus, words: 'Cancelled' },
};

/** How a delivery stands, in a word and not only by colour. With `retrying` a pending one says so. */
export function StatusBadge({ status, retrying }: { status: DeliveryStatus; retrying?: boolean }) {
  const { tone, icon, words } = status === 'pending' && retrying ? RETRYING : DELIVERY[status];
  return (
    <Badge tone={tone} icon={icon}>
      {words}
    </Badge>
  );
}

const RETRYING: StatusLook = { tone: 'warn', icon: Clock, words: 'Retrying' };

export const DELIVERY_STATUS_WORDS: Record<DeliveryStatus, string> = {
  pending: DELIVERY.pending.words,
  succeeded: DELIVERY.succeeded.words,
  dead: DELIVERY.dead.words,
  cancelled: DELIVERY.cancelled.words,
};

/** Whether an endpoint gets deliveries, and how well it takes them (`success_rate` between 0 and 1). */
export function EndpointBadge({
  enabled,
  disabled_reason,
  success_rate,
}: {
  enabled: boolean;
  disabled_reason: DisabledReason | null;
  success_rate?: number | null;
}) {
  if (!enabled) {
    return disabled_reason === 'manual' || disabled_reason === null ? (
      <Badge icon={CirclePause}>Disabled</Badge>
    ) : (
      <Badge tone="bad" icon={Ban}>
        {disabled_reason === 'gone' ? 'Disabled (gone)' : 'Disabled (failing)'}
      </Badge>
    );
  }
  if (success_rate === undefined || success_rate === null) return <Badge icon={CircleCheck}>Enabled</Badge>;
  if (success_rate < 0.5)
    return (
      <Badge tone="bad" icon={CircleAlert}>
        Failing
      </Badge>
    );
  if (success_rate < 0.99)
    return (
      <Badge tone="warn" icon={CircleAlert}>
        Some failures
      </Badge>
    );
  return (
    <Badge tone="good" icon={CircleCheck}>
      Healthy
    </Badge>
  );
}

/** The HTTP status of an answer, coloured by its class. */
export function StatusCode({ code }: { code: number | null }) {
  if (code === null) return <span className="text-muted">no answer</span>;
  return (
    <span
      className={cx('font-mono text-[0.8125rem]', code < 300 ? 'text-good' : code < 400 ? 'text-warn' : 'text-bad')}
    >
      {code}
    </span>
  );
}
