import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton, inputClass, cx, Mono, Notice } from '../../ui';
import type { HeaderRow } from './endpoint-form';

interface HeaderFieldsProps {
  rows: readonly HeaderRow[];
  /** Names of the headers that are saved; empty for a new endpoint. */
  saved: readonly string[];
  is_replacing: boolean;
  error?: string;
  onChange(rows: HeaderRow[]): void;
  onReplace(is_replacing: boolean): void;
}

/** Headers of one's own. They often hold credentials, so values go one way: in. */
export function HeaderFields({ rows, saved, is_replacing, error, onChange, onReplace }: HeaderFieldsProps) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">
        Headers <span className="ml-1 font-normal text-muted">optional</span>
      </legend>
      <p className="text-xs text-muted">
        Sent with each webhook, for example an Authorization header that your server expects. Values are kept encrypted
        and never shown again.
      </p>
      {saved.length > 0 && <SavedHeaders names={saved} is_replacing={is_replacing} onReplace={onReplace} />}
      {is_replacing && <HeaderRows rows={rows} onChange={onChange} />}
      {error && (
        <p role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function SavedHeaders({
  names,
  is_replacing,
  onReplace,
}: {
  names: readonly string[];
  is_replacing: boolean;
  onReplace(is_replacing: boolean): void;
}) {
  if (is_replacing)
    return (
      <Notice
        tone="warn"
        action={
          <Button size="sm" onClick={() => onReplace(false)}>
            Keep the saved ones
          </Button>
        }
      >
        Saving replaces all headers. The old values cannot be read back: type each one again, or remove its row.
      </Notice>
    );
  return (
    <div className="flex flex-wrap items-start justify-between gap-2 rounded-lg border border-line px-3 py-2">
      <ul aria-label="Saved headers" className="flex min-w-0 flex-col gap-0.5">
        {names.map((name) => (
          <li key={name} className="break-all">
            <Mono wrap>{name}</Mono> <span className="text-xs text-muted">value hidden</span>
          </li>
        ))}
      </ul>
      <Button size="sm" onClick={() => onReplace(true)}>
        Change headers
      </Button>
    </div>
  );
}

function HeaderRows({ rows, onChange }: Pick<HeaderFieldsProps, 'rows' | 'onChange'>) {
  const set = (at: number, patch: Partial<HeaderRow>) =>
    onChange(rows.map((row, each) => (each === at ? { ...row, ...patch } : row)));
  return (
    <div className="flex flex-col items-start gap-2">
      {rows.map((row, at) => (
        <div key={at} className="flex w-full items-center gap-2">
          <input
            aria-label={`Name of header ${at + 1}`}
            placeholder="X-Api-Token"
            autoComplete="off"
            spellCheck={false}
            value={row.name}
            onChange={(event) => set(at, { name: event.target.value })}
            className={cx(inputClass, 'h-9 flex-2 font-mono text-[0.8125rem]')}
          />
          <input
            aria-label={`Value of ${row.name || `header ${at + 1}`}`}
            placeholder="Value"
            // No browser shall offer to keep it.
            autoComplete="off"
            spellCheck={false}
            value={row.value}
            onChange={(event) => set(at, { value: event.target.value })}
            className={cx(inputClass, 'h-9 flex-3 font-mono text-[0.8125rem]')}
          />
          <IconButton
            label={`Remove ${row.name || `header ${at + 1}`}`}
            icon={Trash2}
            onClick={() => onChange(rows.filter((_, each) => each !== at))}
          />
        </div>
      ))}
      <Button size="sm" icon={Plus} onClick={() => onChange([...rows, { name: '', value: '' }])}>
        Add header
      </Button>
    </div>
  );
}
