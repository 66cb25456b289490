import { useMemo, useState } from 'react';
import { CodeBlock, count, Segmented } from '../../../ui';
import { byteLength, laidOut } from './json';

type Look = 'pretty' | 'exact';

const LOOKS: { value: Look; label: string }[] = [
  { value: 'pretty', label: 'Pretty' },
  { value: 'exact', label: 'Exact bytes' },
];

/** JSON laid out for reading; the exact bytes are what was signed. */
export function BodyView({ body, label, empty }: { body: string; label: string; empty: string }) {
  const [look, setLook] = useState<Look>('pretty');
  const pretty = useMemo(() => laidOut(body), [body]);
  const size = useMemo(() => byteLength(body), [body]);
  if (body === '') return <p className="text-sm text-muted">{empty}</p>;
  const is_pretty = look === 'pretty' && pretty !== null;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="text-xs text-muted">
          {label}, {count(size)} bytes
        </span>
        {pretty !== null && <Segmented<Look> label={`${label} as`} value={look} onChange={setLook} options={LOOKS} />}
      </div>
      <CodeBlock
        code={is_pretty ? pretty : body}
        language={is_pretty ? 'json' : undefined}
        label={label}
        wrap={!is_pretty}
        max_height="22rem"
      />
    </div>
  );
}
