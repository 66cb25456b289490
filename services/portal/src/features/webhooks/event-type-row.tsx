import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import type { EventTypeView } from '../../api';
import { Button, Checkbox, cx, JsonView, Mono, Segmented } from '../../ui';
import { coveredBy, withAlias, withType } from './subscriptions';

interface EventTypeRowProps {
  type: EventTypeView;
  patterns: readonly string[];
  onChange(patterns: string[]): void;
}

/** One event type; its schema and its example unfold on demand. */
export function EventTypeRow({ type, patterns, onChange }: EventTypeRowProps) {
  const [is_open, setOpen] = useState(false);
  const details_id = useId();
  const wider = coveredBy(patterns, type.name);
  const has_alias = type.alias !== null && patterns.includes(type.alias);
  return (
    <li className="px-3 py-1.5">
      <div className="flex items-start justify-between gap-2">
        <Checkbox
          className="min-w-0"
          label={<Mono wrap>{type.name}</Mono>}
          hint={wider === null ? type.description : `${type.description} Included in ${wider}.`}
          checked={wider !== null || has_alias || patterns.includes(type.name)}
          disabled={wider !== null}
          onChange={(is_on) => onChange(withType(patterns, type, is_on))}
        />
        <Button
          tone="quiet"
          size="sm"
          aria-expanded={is_open}
          aria-controls={is_open ? details_id : undefined}
          aria-label={`Schema and example of ${type.name}`}
          onClick={() => setOpen(!is_open)}
        >
          <span className="max-sm:sr-only">Example</span>
          <ChevronDown aria-hidden className={cx('size-3.5 transition-transform', is_open && 'rotate-180')} />
        </Button>
      </div>
      {wider === null && type.alias !== null && (has_alias || is_open) && (
        <Checkbox
          className="pt-1 pl-7"
          label={
            <>
              Send it as <Mono>{type.alias}</Mono>
            </>
          }
          hint="Its other name, for receivers that know it by that."
          checked={has_alias}
          onChange={(is_on) => onChange(withAlias(patterns, type, is_on))}
        />
      )}
      {is_open && (
        <div id={details_id} className="pt-2 pb-1 sm:pl-7">
          <TypeDetails type={type} />
        </div>
      )}
    </li>
  );
}

function TypeDetails({ type }: { type: EventTypeView }) {
  const [shown, setShown] = useState<'example' | 'schema'>('example');
  return (
    <div className="flex flex-col items-start gap-2">
      <Segmented<'example' | 'schema'>
        label={`What to show of ${type.name}`}
        value={shown}
        onChange={setShown}
        options={[
          { value: 'example', label: 'Example' },
          { value: 'schema', label: 'Schema of data' },
        ]}
      />
      <JsonView
        className="w-full"
        max_height="16rem"
        value={shown === 'example' ? type.example : type.schema}
        label={`${shown === 'example' ? 'Example' : 'JSON Schema'} of ${type.name}`}
      />
    </div>
  );
}
