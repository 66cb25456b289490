import { useSession } from '../../api';
import { Card, CodeBlock, Facts, Mono, Notice, Segmented } from '../../ui';
import type { DocsLanguage } from './search';
import { WEBHOOKS_GUIDE } from './snippet-document';
import { SEND_SIGNED, snippetOf, SNIPPETS } from './snippets';

interface VerificationProps {
  language: DocsLanguage;
  onLanguage(language: DocsLanguage): void;
}

/** How a receiver knows that a webhook is ours, in its own language and with the headers of this installation. */
export function Verification({ language, onLanguage }: VerificationProps) {
  const { header_names: names } = useSession();
  const snippet = SNIPPETS.find(({ value }) => value === language) ?? SNIPPETS[0]!;
  return (
    <div className="flex flex-col gap-4">
      <Card title="What a receiver does">
        <ol className="flex list-decimal flex-col gap-1.5 pl-5 text-sm">
          <li>Take the body as the bytes that came, before anything parses it.</li>
          <li>Verify the signature over those bytes. Answer 401 where it does not fit.</li>
          <li>
            Look whether this <Mono>webhook-id</Mono> came before; if so, answer 200 and do nothing.
          </li>
          <li>Keep the event, answer with a 2xx within ten seconds, and do the work after that.</li>
        </ol>
      </Card>
      <Card title="Verify the signature">
        <div className="flex flex-col gap-3">
          <div className="overflow-x-auto pb-1">
            <Segmented label="Language" value={snippet.value} onChange={onLanguage} options={SNIPPETS} />
          </div>
          <p className="text-sm text-muted">
            <span className="font-medium text-ink">The body as it came: </span>
            {snippet.raw_body}
          </p>
          <CodeBlock
            code={snippetOf(WEBHOOKS_GUIDE, snippet.block, names)}
            language={snippet.language}
            label={`Verification in ${snippet.label}`}
            title={snippet.block}
            max_height="34rem"
          />
          <Notice>
            The secret begins with <Mono>whsec_</Mono> and is shown once, when you add the webhook. Keep it where your
            other secrets are. While it is being rotated, two signatures come in one header; this code takes either.
          </Notice>
        </div>
      </Card>
      <Card title="The headers of a webhook">
        <Facts
          items={[
            [
              <Mono key="id">webhook-id</Mono>,
              'The event’s id, the same on every attempt: what you know duplicates by.',
            ],
            [<Mono key="time">webhook-timestamp</Mono>, 'When this attempt was signed, in Unix seconds.'],
            [<Mono key="sig">webhook-signature</Mono>, 'v1,<base64>; two of them while a secret is being rotated.'],
            [<Mono key="simple">{names.signature}</Mono>, 'sha256=<hex> over the body alone, for simple receivers.'],
            [<Mono key="event">{names.event}</Mono>, 'The event’s name, as in the body.'],
            [<Mono key="delivery">{names.delivery}</Mono>, 'What to look for in the delivery log.'],
            [<Mono key="attempt">{names.attempt}</Mono>, 'Which attempt it is, from 1.'],
          ]}
        />
      </Card>
      <Card title="Try your receiver without waiting for an event">
        <CodeBlock
          code={snippetOf(WEBHOOKS_GUIDE, SEND_SIGNED, names)}
          language="bash"
          label="Script that sends a signed webhook"
          title={SEND_SIGNED}
        />
      </Card>
    </div>
  );
}
