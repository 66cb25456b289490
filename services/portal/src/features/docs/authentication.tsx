import { Link } from '@tanstack/react-router';
import { useMode, useSession } from '../../api';
import { Card, CodeBlock, linkClass, Mono, Notice } from '../../ui';
import { apiBase } from './address';

export function Authentication() {
  const { api_key_prefix } = useSession();
  const [mode] = useMode();
  const key = `${api_key_prefix}_${mode}_…`;
  const address = `${apiBase()}/services`;
  return (
    <div className="flex flex-col gap-4">
      <Card title="Where the API is">
        <CodeBlock code={apiBase()} label="Base address" wrap />
        <p className="mt-3 text-sm text-muted">
          Each request says who it is from with an API key. Make one under{' '}
          <Link to="/keys" search={{}} className={linkClass}>
            API keys
          </Link>
          . Keys that begin with <Mono>{`${api_key_prefix}_live_`}</Mono> act on real data, those with{' '}
          <Mono>{`${api_key_prefix}_test_`}</Mono> on test data only.
        </p>
      </Card>
      <Card title="Three ways to send it">
        <div className="flex flex-col gap-5">
          <Way
            title="1. Authorization header"
            words="The usual one; every HTTP library knows it."
            code={`curl "${address}" \\\n  -H "Authorization: Bearer ${key}"`}
          />
          <Way
            title="2. X-API-Key header"
            words="The same for systems that keep Authorization for themselves."
            code={`curl "${address}" \\\n  -H "X-API-Key: ${key}"`}
          />
          <Way
            title="3. In the address"
            words="For systems that can set no header. Addresses end up in logs and histories, so use it last; your provider may have switched it off."
            code={`curl "${address}?api_key=${key}"`}
          />
          <Notice>
            Send one key with a request. Two different ones are refused with 400; a key that is revoked or has expired
            with 401; one that lacks the scope with 403, which names the scope.
          </Notice>
        </div>
      </Card>
    </div>
  );
}

function Way({ title, words, code }: { title: string; words: string; code: string }) {
  return (
    <section className="flex min-w-0 flex-col gap-1.5">
      <h3 className="text-sm font-medium">{title}</h3>
      <p className="text-sm text-muted">{words}</p>
      <CodeBlock code={code} language="bash" label={`Example: ${title}`} />
    </section>
  );
}
