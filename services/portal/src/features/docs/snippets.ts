import type { SessionView } from '../../api';
import type { CodeLanguage } from '../../ui/highlight';
import type { DocsLanguage } from './search';

export type HeaderNames = SessionView['header_names'];

/** The code blocks of docs/webhooks.md, by the names that stand behind their fences. Tests run each of them. */
export interface SnippetSource {
  value: DocsLanguage;
  label: string;
  block: string;
  language: CodeLanguage;
  /** How one gets the bytes as they came. */
  raw_body: string;
}

export const SNIPPETS: readonly SnippetSource[] = [
  {
    value: 'node',
    label: 'Node',
    block: 'verify-webhook.mjs',
    language: 'javascript',
    raw_body: 'In Express, use express.raw({ type: "application/json" }) on this route; req.body is then a Buffer.',
  },
  {
    value: 'python',
    label: 'Python',
    block: 'verify_webhook.py',
    language: 'python',
    raw_body: 'Flask: request.get_data(). Django: request.body. FastAPI: await request.body().',
  },
  {
    value: 'php',
    label: 'PHP',
    block: 'verify_webhook.php',
    language: 'php',
    raw_body: 'Plain PHP: file_get_contents("php://input"). Laravel and Symfony: $request->getContent().',
  },
  {
    value: 'go',
    label: 'Go',
    block: 'verify.go',
    language: 'go',
    raw_body: 'io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))',
  },
  {
    value: 'ruby',
    label: 'Ruby',
    block: 'verify_webhook.rb',
    language: 'ruby',
    raw_body: 'Rails: request.raw_post. Rack: request.body.read.',
  },
  {
    value: 'library',
    label: 'With a library',
    block: 'with-library.mjs',
    language: 'javascript',
    raw_body:
      'This is Node with the npm package standardwebhooks. There are such libraries for Python, Ruby, PHP and Go, too; each takes the body as it came.',
  },
];

/** A shell script that sends a signed webhook, for trying out a receiver without waiting for an event. */
export const SEND_SIGNED = 'send-signed.sh';

const FENCE = /^```\S*[ \t]+(\S+)[^\n]*\n([\s\S]*?)^```$/gm;

/** @throws Error where the document has no such block: the page was built of another one than it was written for */
export function snippetOf(markdown: string, block: string, names: HeaderNames): string {
  const found = [...markdown.matchAll(FENCE)].find(([, name]) => name === block);
  if (!found) throw new Error(`docs/webhooks.md has no code block named ${block}.`);
  return withHeaderNames((found[2] ?? '').trimEnd(), names);
}

/** The document names the headers as an installation does that changed nothing. */
function withHeaderNames(code: string, names: HeaderNames): string {
  return code
    .replaceAll('X-Switchboard-Signature', names.signature)
    .replaceAll('X-Switchboard-Event', names.event)
    .replaceAll('X-Switchboard-Delivery', names.delivery)
    .replaceAll('X-Switchboard-Attempt', names.attempt);
}
