import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleX } from 'lucide-react';
import { useState } from 'react';
import type { AttemptView, DeliveryView, SentTest } from '../../api';
import { Button, duration, JsonView, linkClass, Notice, StatusCode } from '../../ui';
import { errorWords } from '../deliveries/error-words';

/** What came of a test, or where it will be seen. */
export function TestAnswer({ sent: { delivery, attempt } }: { sent: SentTest }) {
  if (attempt) return <Answer delivery={delivery} attempt={attempt} />;
  return (
    <Notice tone="warn">
      The test is on its way, but there is no answer yet: the workers are busy, or the receiver is slow.{' '}
      <LogLink delivery={delivery} words="Follow it in the delivery log" />
    </Notice>
  );
}

function LogLink({ delivery, words }: { delivery: DeliveryView; words: string }) {
  return (
    <Link
      to="/deliveries"
      search={{ endpoint_id: delivery.endpoint_id, delivery: delivery.id }}
      className={`${linkClass} text-xs`}
    >
      {words}
    </Link>
  );
}

/** In words first, in bytes below. */
function Answer({ delivery, attempt }: { delivery: DeliveryView; attempt: AttemptView }) {
  const [is_request_shown, setRequestShown] = useState(false);
  const { error, status_code, duration_ms, request, response } = attempt;
  const has_arrived = delivery.status === 'succeeded';
  const Icon = has_arrived ? CircleCheck : CircleX;
  return (
    <div className="flex min-w-0 flex-col gap-3 rounded-lg border border-line p-3">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        <Icon aria-hidden className={has_arrived ? 'size-4 text-good' : 'size-4 text-bad'} />
        <span className="font-medium">
          {has_arrived ? 'It arrived' : (error && errorWords(error, status_code).short) || 'It did not arrive'}
        </span>
        <span className="text-muted">
          {delivery.event}, {status_code !== null && 'answered '}
          {status_code !== null && <StatusCode code={status_code} />} after {duration(duration_ms)}
        </span>
      </p>
      {error && <ErrorInWords message={error.message} advice={errorWords(error, status_code).advice} />}
      {response && response.body !== '' && (
        <JsonView value={response.body} label="Body of the answer" title="Answer" max_height="14rem" />
      )}
      {response && response.body === '' && <p className="text-xs text-muted">The answer had no body.</p>}
      <div className="flex flex-wrap items-center gap-3">
        <Button size="sm" aria-expanded={is_request_shown} onClick={() => setRequestShown(!is_request_shown)}>
          {is_request_shown ? 'Hide what was sent' : 'Show what was sent'}
        </Button>
        <LogLink delivery={delivery} words="Open in the delivery log" />
      </div>
      {is_request_shown && (
        <>
          <JsonView value={request.headers} label="Headers that were sent" title="Headers" max_height="14rem" wrap />
          <JsonView value={request.body} label="Body that was sent" title="Body" max_height="20rem" />
        </>
      )}
    </div>
  );
}

function ErrorInWords({ message, advice }: { message: string; advice: string }) {
  return (
    <div className="text-sm">
      <p>{message}</p>
      {advice && <p className="text-muted">{advice}</p>}
    </div>
  );
}
