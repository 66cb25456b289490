import { Clock } from 'lucide-react';
import { useState } from 'react';
import type { DeliveryWithAttempts } from '../../../api';
import { Countdown, localTime, plural } from '../../../ui';
import { Attempt } from './attempt';

interface AttemptsProps {
  delivery: DeliveryWithAttempts;
  /** Of the endpoint as it is now; null where it is gone. */
  url: string | null;
}

/** What has been tried so far, newest first, and what comes next. */
export function Attempts({ delivery, url }: AttemptsProps) {
  const { attempts, status, next_attempt_at } = delivery;
  const newest_first = [...attempts].reverse();
  const [newest_at_first] = useState(() => newest_first[0]?.number ?? 0);
  const [toggled, setToggled] = useState<ReadonlyMap<number, boolean>>(new Map());
  const missing = delivery.attempt_count - attempts.length;
  return (
    <section aria-label="Attempts" className="flex flex-col gap-3">
      <h3 className="text-sm font-semibold">
        {attempts.length === 0 ? 'Attempts' : plural(attempts.length, 'attempt')}
      </h3>
      <ol className="relative flex flex-col gap-3 border-l border-line pl-5">
        {status === 'pending' && <NextAttempt at={next_attempt_at} number={delivery.attempt_count + 1} />}
        {newest_first.map((attempt) => {
          const is_open = toggled.get(attempt.number) ?? attempt.number >= newest_at_first;
          return (
            <Attempt
              key={attempt.number}
              attempt={attempt}
              url={url}
              is_open={is_open}
              onToggle={() => setToggled((old) => new Map(old).set(attempt.number, !is_open))}
            />
          );
        })}
        {attempts.length === 0 && status !== 'pending' && (
          <li className="text-sm text-muted">
            {missing > 0 ? 'Its attempts are no longer kept.' : 'It was never sent.'}
          </li>
        )}
      </ol>
    </section>
  );
}

function NextAttempt({ at, number }: { at: string | null; number: number }) {
  return (
    <li className="relative text-sm">
      <span className="absolute top-0 -left-[1.9rem] flex size-5 items-center justify-center rounded-full bg-info-soft text-info">
        <Clock aria-hidden className="size-3.5" />
      </span>
      Attempt {number} comes{' '}
      {at === null ? (
        'when those before it are done'
      ) : (
        <>
          <Countdown to={at} when_over="any moment now" className="font-medium tabular-nums" />{' '}
          <span className="text-muted">({localTime(at)})</span>
        </>
      )}
      .
    </li>
  );
}
