import { useSyncExternalStore } from 'react';
import { duration, localTime, timeAgo } from './format';

/** One clock for all that ticks on the page. */
function clock(interval_ms: number) {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    now = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener: () => void) {
      listeners.add(listener);
      now = Date.now();
      timer ??= setInterval(tick, interval_ms);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    now: () => now,
  };
}

const seconds = clock(1_000);
const SLOW_MS = 15_000;
const slow = clock(SLOW_MS);

/** The time, each second or each quarter of a minute. */
export function useNow(pace: 'second' | 'slow' = 'slow'): number {
  const source = pace === 'second' ? seconds : slow;
  return useSyncExternalStore(source.subscribe, source.now);
}

/** "3 minutes ago", with the exact time on hover and for screen readers. */
export function RelativeTime({ time, className }: { time: string | null; className?: string }) {
  const ticked = useNow();
  if (time === null) return <span className="text-muted">never</span>;
  // What has just happened lies after the clock's last tick; it is no future.
  const ahead_ms = new Date(time).getTime() - ticked;
  const now = ahead_ms > 0 && ahead_ms < SLOW_MS + 5_000 ? ticked + ahead_ms : ticked;
  return (
    <time dateTime={time} title={`${localTime(time)} (${time})`} className={className}>
      {timeAgo(time, now)}
    </time>
  );
}

/** "in 4 min 10 s", counting down; `when_over` after. */
export function Countdown({
  to,
  when_over = 'now',
  className,
}: {
  to: string;
  when_over?: string;
  className?: string;
}) {
  const left_ms = new Date(to).getTime() - useNow('second');
  return (
    <time dateTime={to} title={`${localTime(to)} (${to})`} className={className}>
      {left_ms <= 0 ? when_over : `in ${duration(Math.ceil(left_ms / 1_000) * 1_000)}`}
    </time>
  );
}

export function Duration({ ms, className }: { ms: number; className?: string }) {
  return <span className={className}>{duration(ms)}</span>;
}
