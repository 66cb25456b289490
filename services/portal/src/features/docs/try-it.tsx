import { KeyRound, Play } from 'lucide-react';
import { useState } from 'react';
import { unreachable, useAbility, useSession, type ApiError } from '../../api';
import { Button, Card, CodeBlock, Countdown, InlineError, Mono, Notice, SelectField, TextField } from '../../ui';
import { apiBase } from './address';
import { pastedKeyProblem, RESOURCES, tryRequest, type Resource, type TriedAnswer } from './try-requests';
import { TriedAnswerView } from './tried-answer';
import { useTryKey } from './use-try-key';

/** A real request with a test key, sent by this page as any system would send it. */
export function TryIt() {
  const key = useTryKey();
  const [resource, setResource] = useState<Resource>(RESOURCES[0].value);
  const [answer, setAnswer] = useState<TriedAnswer | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [is_busy, setBusy] = useState(false);
  const { api_key_prefix } = useSession();
  const problem = key.created ? undefined : pastedKeyProblem(key.pasted.trim(), api_key_prefix);
  const address = `${apiBase()}${resource}`;
  const send = () => {
    setBusy(true);
    setError(null);
    setAnswer(null);
    tryRequest((...given) => fetch(...given), address, key.key)
      .then(setAnswer, () => setError(unreachable()))
      .finally(() => setBusy(false));
  };
  return (
    <div className="flex flex-col gap-4">
      <Card title="1. A test key">
        <KeyChoice trial={key} problem={problem} />
      </Card>
      <Card title="2. A request">
        <div className="flex flex-col gap-3">
          <SelectField<Resource>
            label="What to read"
            value={resource}
            onChange={setResource}
            className="max-w-72"
            options={RESOURCES.map(({ value, label, scope }) => ({ value, label, hint: `needs ${scope}` }))}
          />
          <CodeBlock
            code={`curl -i "${address}" \\\n  -H "Authorization: Bearer $API_KEY"`}
            language="bash"
            label="The same in a terminal"
            title="The same in a terminal"
          />
          <div>
            <Button
              tone="primary"
              icon={Play}
              busy={is_busy && 'Waiting for the answer…'}
              disabled={problem !== undefined}
              onClick={send}
            >
              Send request
            </Button>
            {problem !== undefined && <p className="mt-2 text-sm text-muted">It needs a test key first; see above.</p>}
          </div>
        </div>
      </Card>
      <div role="status" aria-live="polite">
        {answer && <TriedAnswerView answer={answer} />}
      </div>
      {error && <InlineError error={error} />}
    </div>
  );
}

interface KeyChoiceProps {
  trial: ReturnType<typeof useTryKey>;
  problem: string | undefined;
}

function KeyChoice({ trial, problem }: KeyChoiceProps) {
  const { created, pasted, setPasted, doing, error, create, forget } = trial;
  const { api_key_prefix } = useSession();
  const may_create = useAbility('keys:manage_test');
  return (
    <div className="flex flex-col gap-3">
      {created ? (
        <Notice
          tone="good"
          action={
            <Button size="sm" busy={doing === 'revoking' && 'Revoking…'} onClick={forget}>
              Revoke it now
            </Button>
          }
        >
          The test key <Mono>{`${created.prefix}…${created.last4}`}</Mono> is ready. It can only read
          {created.expires_at !== null && (
            <>
              {' '}
              and ends by itself <Countdown to={created.expires_at} when_over="now" />
            </>
          )}
          .
        </Notice>
      ) : (
        <div className="flex flex-wrap items-start gap-3">
          {may_create && (
            <Button icon={KeyRound} busy={doing === 'creating' && 'Creating…'} onClick={() => void create()}>
              Create one for an hour
            </Button>
          )}
          <TextField
            label="Test key"
            hide_label
            type="password"
            mono
            className="flex-1 basis-64"
            placeholder={`${may_create ? 'or paste' : 'Paste'} ${api_key_prefix}_test_…`}
            value={pasted}
            error={pasted === '' ? undefined : problem}
            onChange={(event) => setPasted(event.target.value)}
          />
        </div>
      )}
      <p className="text-xs text-muted">
        The key stays in the memory of this page: it is stored nowhere, and forgotten when you leave.
      </p>
      {error && <InlineError error={error} />}
    </div>
  );
}
