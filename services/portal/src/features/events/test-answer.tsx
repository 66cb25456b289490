import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleCheck } from 'lucide-react';
import type { AttemptView, SentTest } from '../../api';
import { cx, Duration, JsonView, linkClass, Notice, StatusCode } from '../../ui';

/** What came back, in words first. */
export function TestAnswer({ sent: { delivery, attempt }, url }: { sent: SentTest; url: string }) {
  const link = (
    <Link to="/deliveries" search={{ delivery: delivery.id }} className={linkClass}>
      See it in the delivery log
    </Link>
  );
  if (!attempt) {
    return (
      <Notice tone="warn">
        The test is on its way, but there was no answer while we waited. {link}, where the answer appears.
      </Notice>
    );
  }
  const is_good = attempt.error === null;
  const Icon = is_good ? CircleCheck : CircleAlert;
  return (
    <div className="flex flex-col gap-3 rounded-lg border border-line p-3 text-sm">
      <p className={cx('flex items-start gap-2 font-medium', is_good ? 'text-good' : 'text-bad')}>
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 break-words">
          {is_good ? 'It arrived and was accepted.' : (attempt.error?.message ?? 'It failed.')}
        </span>
      </p>
      <p className="break-words text-muted">
        <StatusCode code={attempt.status_code} /> from {url} in <Duration ms={attempt.duration_ms} />. {link}.
      </p>
      <AnswerBody attempt={attempt} />
    </div>
  );
}

function AnswerBody({ attempt: { response } }: { attempt: AttemptView }) {
  if (!response) return null;
  if (response.body === '') return <p className="text-muted">Its answer had no body.</p>;
  return <JsonView value={response.body} label="Body of the answer" title="It answered" max_height="14rem" />;
}
