import { Link } from '@tanstack/react-router';
import { useRef, type ReactNode } from 'react';
import type { DeliveryView } from '../../api';
import { linkClass, RelativeTime, StatusCode } from '../../ui';
import { stillShown, toggled } from './selection';

interface ChoosableRowsProps {
  rows: readonly DeliveryView[];
  chosen: ReadonlySet<string>;
  onChoose: ((chosen: ReadonlySet<string>) => void) | undefined;
}

/** Ticked one by one, all at once, or with Shift all in between. */
export function ChoosableRows({ rows, chosen, onChoose }: ChoosableRowsProps) {
  const shown = rows.map(({ id }) => id);
  const some = stillShown(chosen, shown).length;
  const last = useRef<string | null>(null);
  const is_shift = useRef(false);
  const choose = (id: string, is_on: boolean) => {
    onChoose?.(toggled(chosen, shown, id, { is_on, last: is_shift.current ? last.current : null }));
    last.current = id;
  };
  return (
    <div className="min-w-0 overflow-x-auto" role="region" aria-label="Deliveries that failed for good" tabIndex={0}>
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-left text-xs text-muted">
            {onChoose && (
              <th scope="col" className="w-9 py-2 pr-3">
                <input
                  type="checkbox"
                  aria-label={`Choose all ${shown.length} shown`}
                  className="size-4 align-middle accent-(--accent-strong)"
                  checked={some === shown.length}
                  ref={(box) => {
                    if (box) box.indeterminate = some > 0 && some < shown.length;
                  }}
                  onChange={(event) => onChoose(new Set(event.target.checked ? shown : []))}
                />
              </th>
            )}
            <th scope="col" className="py-2 pr-4 font-medium">
              Event
            </th>
            <th scope="col" className="py-2 pr-4 font-medium max-sm:hidden">
              Last answer
            </th>
            <th scope="col" className="py-2 pr-4 font-medium max-md:hidden">
              Attempts
            </th>
            <th scope="col" className="py-2 text-right font-medium">
              Given up
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row}>
              {onChoose && (
                <td className="py-2 pr-3">
                  <input
                    type="checkbox"
                    aria-label={`Choose ${row.event}, ${row.id}`}
                    className="size-4 align-middle accent-(--accent-strong)"
                    checked={chosen.has(row.id)}
                    // The change itself does not tell whether Shift was held.
                    onClick={(event) => (is_shift.current = event.shiftKey)}
                    onChange={(event) => choose(row.id, event.target.checked)}
                  />
                </td>
              )}
            </Row>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Beside the box (`children`): what it was, what was answered last, and when it was given up. */
function Row({ row, children }: { row: DeliveryView; children: ReactNode }) {
  return (
    <tr className="border-b border-line last:border-0 hover:bg-sunken/60">
      {children}
      <td className="py-2 pr-4">
        <Link to="/deliveries" search={{ delivery: row.id }} className={linkClass}>
          <span className="font-mono text-[0.8125rem] break-all">{row.event}</span>
        </Link>
      </td>
      <td className="py-2 pr-4 max-sm:hidden">
        <StatusCode code={row.last_status_code} />
      </td>
      <td className="py-2 pr-4 max-md:hidden">{row.attempt_count}</td>
      <td className="py-2 text-right text-xs whitespace-nowrap text-muted">
        <RelativeTime time={row.completed_at} />
      </td>
    </tr>
  );
}
