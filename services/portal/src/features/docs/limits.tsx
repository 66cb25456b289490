import { useApiQuery, type UsageView } from '../../api';
import { Card, count, DataTable, Facts, Loaded, Mono, type Column } from '../../ui';

/** The plan's figures, and what the refusals mean. */
export function Limits() {
  const usage = useApiQuery<UsageView>('/usage');
  return (
    <div className="flex flex-col gap-4">
      <Card title="Rate limits">
        <Loaded query={usage} words="Loading your plan’s limits…" rows={2}>
          {({ plan, used }) => (
            <Facts
              items={[
                ['Plan', plan.name],
                ['A minute', `${count(plan.requests_per_minute)} requests, ${count(used.minute)} used in this one`],
                ['A day', `${count(plan.requests_per_day)} requests, ${count(used.day)} used today`],
              ]}
            />
          )}
        </Loaded>
        <div className="mt-3 flex flex-col gap-2 text-sm text-muted">
          <p>
            All keys of the account count together, live and test. Every answer says where you stand, in the headers{' '}
            <Mono>X-RateLimit-Limit</Mono>, <Mono>X-RateLimit-Remaining</Mono> and <Mono>X-RateLimit-Reset</Mono> (when
            the window begins anew, in Unix seconds).
          </p>
          <p>
            Past the limit you get 429 <Mono>rate_limited</Mono>. Wait as many seconds as <Mono>Retry-After</Mono> says,
            then go on; nothing is lost.
          </p>
        </div>
      </Card>
      <Card title="Errors" flush>
        <p className="px-4 pt-3 pb-1 text-sm text-muted">
          A refusal holds <Mono>code</Mono>, <Mono>message</Mono>, <Mono>details</Mono> by field and{' '}
          <Mono>request_id</Mono>. Act on the code, show the message, and name the request id when you ask for help.
        </p>
        <DataTable label="Errors" columns={COLUMNS} rows={ERRORS} rowKey={({ status }) => status} />
      </Card>
    </div>
  );
}

interface ErrorLine {
  status: string;
  codes: string;
  advice: string;
}

const COLUMNS: Column<ErrorLine>[] = [
  { id: 'status', header: 'Status', cell: ({ status }) => <span className="whitespace-nowrap">{status}</span> },
  { id: 'codes', header: 'Code', cell: ({ codes }) => <Mono wrap>{codes}</Mono> },
  { id: 'advice', header: 'What to do', cell: ({ advice }) => advice },
];

const ERRORS: ErrorLine[] = [
  { status: '400', codes: 'malformed_json, bad_request', advice: 'Mend the form of the request.' },
  { status: '401', codes: 'unauthorized', advice: 'Send a key that is valid.' },
  {
    status: '403',
    codes: 'insufficient_scope, entitlement_required',
    advice: 'Use a key with the scope, or a plan that has it.',
  },
  { status: '404', codes: 'not_found', advice: 'There is nothing with this id in your account and mode.' },
  {
    status: '409',
    codes: 'conflict, slot_unavailable, idempotency_in_flight',
    advice: 'Read how things stand now and decide anew.',
  },
  { status: '412', codes: 'precondition_failed', advice: 'Somebody was faster: read it again and repeat the change.' },
  {
    status: '413, 415',
    codes: 'payload_too_large, unsupported_media_type',
    advice: 'Send application/json, at most 256 KB of it.',
  },
  {
    status: '422',
    codes: 'validation_failed, idempotency_key_reused',
    advice: 'Mend the fields that details names. Unknown fields are refused, too.',
  },
  { status: '429', codes: 'rate_limited', advice: 'Wait for Retry-After.' },
  { status: '500', codes: 'internal', advice: 'Try again later, and tell support the request id.' },
  { status: '503', codes: 'unavailable', advice: 'Try again after Retry-After.' },
];
