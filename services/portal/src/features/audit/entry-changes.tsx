import { cx } from '../../ui';
import type { AuditEntry } from '../../api';
import { changesBetween, type Change } from './changes';

/** Before and after beside each other; one column where only one of them was written. */
export function EntryChanges({ entry }: { entry: Pick<AuditEntry, 'before' | 'after'> }) {
  const changes = changesBetween(entry.before, entry.after);
  if (changes.length === 0) return <p className="text-sm text-muted">Nothing but the fact itself was written down.</p>;
  return (
    <div className="overflow-x-auto rounded-lg border border-line" tabIndex={0} role="region" aria-label="Changes">
      <table className="w-full border-collapse text-left text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            <th scope="col" className="px-3 py-2 font-medium">
              Field
            </th>
            {entry.before !== null && (
              <th scope="col" className="px-3 py-2 font-medium">
                Before
              </th>
            )}
            {entry.after !== null && (
              <th scope="col" className="px-3 py-2 font-medium">
                After
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <ChangeRow key={change.field} change={change} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ChangeRow({ change, entry }: { change: Change; entry: Pick<AuditEntry, 'before' | 'after'> }) {
  const { field, before, after, is_changed } = change;
  return (
    <tr className="border-b border-line align-top last:border-0">
      <th scope="row" className="px-3 py-2 font-mono text-[0.8125rem] font-normal wrap-anywhere text-muted">
        {field}
      </th>
      {entry.before !== null && (
        <td className={cx('px-3 py-2 wrap-anywhere', is_changed && before !== undefined && 'bg-bad-soft text-bad')}>
          {is_changed && before !== undefined ? <del className="no-underline">{before}</del> : (before ?? '—')}
        </td>
      )}
      {entry.after !== null && (
        <td className={cx('px-3 py-2 wrap-anywhere', is_changed && after !== undefined && 'bg-good-soft text-good')}>
          {is_changed && after !== undefined ? <ins className="no-underline">{after}</ins> : (after ?? '—')}
        </td>
      )}
    </tr>
  );
}
