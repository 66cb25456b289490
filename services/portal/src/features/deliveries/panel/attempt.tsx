import { ChevronRight, CircleAlert, CircleCheck } from 'lucide-react';
import { useId } from 'react';
import type { AttemptView } from '../../../api';
import { Badge, CopyButton, cx, Duration, localTime, Notice, RelativeTime, StatusCode } from '../../../ui';
import { errorWords } from '../error-words';
import { BodyView } from './body-view';
import { curlOf } from './curl';
import { byteLength } from './json';
import { HeadersList } from './headers-list';
import { hasMaskedHeaders } from './headers';

/** Of an answer's body; cut between characters, so a few less. */
const KEPT_BYTES = 16 * 1024 - 3;

interface AttemptProps {
  attempt: AttemptView;
  url: string | null;
  is_open: boolean;
  onToggle(): void;
}

/** One POST: what was sent, what came back, and where it failed, why and what helps. */
export function Attempt({ attempt, url, is_open, onToggle }: AttemptProps) {
  const { number, trigger, started_at, duration_ms, status_code, error } = attempt;
  const content_id = useId();
  const is_good = status_code !== null && status_code >= 200 && status_code < 300;
  const Icon = is_good ? CircleCheck : CircleAlert;
  return (
    <li className="relative">
      <span
        className={cx(
          'absolute top-1.5 -left-[1.9rem] flex size-5 items-center justify-center rounded-full',
          is_good ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad',
        )}
      >
        <Icon aria-hidden className="size-3.5" />
      </span>
      <h4>
        <button
          type="button"
          aria-expanded={is_open}
          aria-controls={content_id}
          onClick={onToggle}
          className="flex w-full flex-wrap items-center gap-x-3 gap-y-0.5 rounded-md py-1 text-left text-sm hover:bg-sunken"
        >
          <ChevronRight aria-hidden className={cx('size-4 text-muted transition-transform', is_open && 'rotate-90')} />
          <span className="font-medium">Attempt {number}</span>
          {status_code !== null && <StatusCode code={status_code} />}
          {error && <span className="text-muted">{errorWords(error, status_code).short}</span>}
          {trigger !== 'automatic' && <Badge>{trigger === 'replay' ? 'Replay' : 'Test'}</Badge>}
          <span className="ml-auto flex gap-3 text-xs text-muted tabular-nums">
            <Duration ms={duration_ms} />
            <RelativeTime time={started_at} />
          </span>
        </button>
      </h4>
      <div id={content_id} hidden={!is_open}>
        {is_open && <AttemptContent attempt={attempt} url={url} />}
      </div>
    </li>
  );
}

function AttemptContent({ attempt, url }: { attempt: AttemptView; url: string | null }) {
  const { error, status_code, request, response, started_at, duration_ms } = attempt;
  const words = error && errorWords(error, status_code);
  return (
    <div className="mt-2 flex min-w-0 flex-col gap-4">
      {error && words && (
        <Notice tone={error.code === 'response_too_large' ? 'warn' : 'bad'}>
          <p className="font-medium">{error.message}</p>
          {words.advice && <p className="mt-0.5">{words.advice}</p>}
          <p className="mt-1 font-mono text-xs">{error.code}</p>
        </Notice>
      )}
      <p className="text-xs text-muted">
        Sent {localTime(started_at)}; the whole exchange took <Duration ms={duration_ms} />.
      </p>
      <Part title="Response" aside={status_code !== null && <StatusCode code={status_code} />}>
        {response ? (
          <>
            <HeadersList headers={response.headers} label="Response headers" />
            <BodyView body={response.body} label="Response body" empty="The body was empty." />
            {byteLength(response.body) >= KEPT_BYTES && (
              <p className="text-xs text-muted">Of a long answer the first 16 KB are kept.</p>
            )}
          </>
        ) : (
          <p className="text-sm text-muted">No answer came.</p>
        )}
      </Part>
      <Part title="Request" aside={<CurlButton attempt={attempt} url={url} />}>
        <HeadersList headers={request.headers} label="Request headers" />
        <BodyView body={request.body} label="Request body" empty="The event is no longer kept, and its body with it." />
        {hasMaskedHeaders(request.headers) && (
          <p className="text-xs text-muted">
            Values of headers that you have set yourselves are sent and not kept: ******** stands for them, in the curl
            command too.
          </p>
        )}
      </Part>
    </div>
  );
}

function Part({ title, aside, children }: { title: string; aside: React.ReactNode; children: React.ReactNode }) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-2">
      <div className="flex min-h-7 items-center justify-between gap-2">
        <h5 className="text-sm font-medium">{title}</h5>
        {aside}
      </div>
      {children}
    </section>
  );
}

function CurlButton({ attempt: { request }, url }: { attempt: AttemptView; url: string | null }) {
  if (url === null) return <span className="text-xs text-muted">no curl command: the endpoint is gone</span>;
  return (
    <span title="The same bytes with the same signature. It was signed at the time of the attempt, so a receiver that checks the time refuses it after five minutes. The URL is the endpoint’s present one.">
      <CopyButton
        value={() => curlOf({ url, headers: request.headers, body: request.body })}
        label="Copy as curl"
        words="Copy as curl"
      />
    </span>
  );
}
