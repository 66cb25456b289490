import type { HeadersView } from '../../../api';
import { CopyButton } from '../../../ui';
import { headerLines } from './headers';

export function HeadersList({ headers, label }: { headers: HeadersView; label: string }) {
  const lines = headerLines(headers);
  if (lines.length === 0) return <p className="text-xs text-muted">{label}: none.</p>;
  return (
    <figure className="relative min-w-0 rounded-lg border border-line bg-surface">
      <figcaption className="flex items-center justify-between border-b border-line py-0.5 pr-1.5 pl-3 text-xs font-medium text-muted">
        {label}
        <CopyButton
          value={() => lines.map(([name, value]) => `${name}: ${value}`).join('\n')}
          label={`Copy ${label.toLowerCase()}`}
        />
      </figcaption>
      <dl className="grid gap-x-4 gap-y-1 p-3 font-mono text-[0.8125rem] leading-5 sm:grid-cols-[minmax(8rem,auto)_1fr]">
        {lines.map(([name, value], at) => (
          <div key={at} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 break-all max-sm:mb-1">
              {value === '' ? <i className="text-muted">empty</i> : value}
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}
