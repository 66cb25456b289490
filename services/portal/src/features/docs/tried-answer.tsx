import { Card, Duration, JsonView, Mono, StatusCode } from '../../ui';
import type { TriedAnswer } from './try-requests';

export function TriedAnswerView({ answer }: { answer: TriedAnswer }) {
  return (
    <Card
      title={
        <>
          The answer: <StatusCode code={answer.status} />
        </>
      }
      actions={
        <span className="text-sm text-muted">
          <Duration ms={answer.duration_ms} />
        </span>
      }
    >
      <div className="flex flex-col gap-3">
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
          {answer.headers.map(([name, value]) => (
            <div key={name} className="contents">
              <dt>
                <Mono className="text-muted">{name}</Mono>
              </dt>
              <dd className="min-w-0">
                <Mono wrap>{value}</Mono>
              </dd>
            </div>
          ))}
        </dl>
        <JsonView value={answer.body} label="Body of the answer" title="Body" max_height="30rem" />
      </div>
    </Card>
  );
}
