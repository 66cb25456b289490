import type { EventTypeView } from '../../api';
import { schemaRows } from './schema-rows';

/** The fields of `data`, as people read them. */
export function SchemaTable({ schema }: { schema: EventTypeView['schema'] }) {
  return (
    <div
      className="overflow-x-auto rounded-lg border border-line"
      tabIndex={0}
      role="region"
      aria-label="Fields of data"
    >
      <table className="w-full border-collapse text-left text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            <th scope="col" className="px-3 py-2 font-medium">
              Field
            </th>
            <th scope="col" className="px-3 py-2 font-medium">
              Holds
            </th>
          </tr>
        </thead>
        <tbody>
          {schemaRows(schema).map((row) => (
            <tr key={row.path} className="border-b border-line align-top last:border-0">
              <th
                scope="row"
                className="px-3 py-1.5 font-mono text-[0.8125rem] font-normal whitespace-nowrap"
                style={{ paddingLeft: `${0.75 + row.depth}rem` }}
              >
                <span className="sr-only">{row.path.slice(0, row.path.length - row.name.length)}</span>
                {row.name}
              </th>
              <td className="px-3 py-1.5">
                {row.type}
                {!row.is_required && <span className="text-muted"> (may be left out)</span>}
                {row.notes.map((note) => (
                  <span key={note} className="block text-xs wrap-anywhere text-muted">
                    {note}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
