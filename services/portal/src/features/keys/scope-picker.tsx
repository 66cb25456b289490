import { SCOPES, type Scope } from '@switchboard/shared/portal';
import { Checkbox, RadioGroup } from '../../ui';
import { SCOPE_GROUPS, SCOPE_WORDS, type ScopeGroup } from './scope-words';

export type ScopeChoice = '*' | Scope[];

interface ScopePickerProps {
  value: ScopeChoice;
  onChange(value: ScopeChoice): void;
  error?: string | undefined;
}

/** Everything, or what is ticked, by resource. */
export function ScopePicker({ value, onChange, error }: ScopePickerProps) {
  const chosen = value === '*' ? [] : value;
  // Kept in the catalogue's order, whatever order they were ticked in.
  const set = (scopes: readonly Scope[], is_on: boolean) =>
    onChange(SCOPES.filter((scope) => (scopes.includes(scope) ? is_on : chosen.includes(scope))));
  return (
    <div className="flex flex-col gap-3">
      <RadioGroup
        label="What it may do"
        columns
        value={value === '*' ? 'everything' : 'chosen'}
        onChange={(next) => onChange(next === 'everything' ? '*' : [])}
        error={error}
        options={[
          { value: 'everything', label: 'Everything', hint: 'Also what the API learns later.' },
          { value: 'chosen', label: 'Only what you choose', hint: 'Safer: a lost key does less harm.' },
        ]}
      />
      {value !== '*' && (
        <div className="grid gap-x-6 gap-y-4 rounded-md border border-line p-3 sm:grid-cols-2">
          {SCOPE_GROUPS.map((group) => (
            <Group key={group.name} group={group} chosen={chosen} onChange={set} />
          ))}
        </div>
      )}
    </div>
  );
}

interface GroupProps {
  group: ScopeGroup;
  chosen: readonly Scope[];
  onChange(scopes: readonly Scope[], is_on: boolean): void;
}

function Group({ group, chosen, onChange }: GroupProps) {
  const ticked = group.scopes.filter((scope) => chosen.includes(scope)).length;
  const has_all = ticked === group.scopes.length;
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="sr-only">{group.label}</legend>
      {group.scopes.length > 1 ? (
        <Checkbox
          label={<span className="font-medium">{group.label}</span>}
          checked={has_all}
          indeterminate={ticked > 0 && !has_all}
          onChange={(is_on) => onChange(group.scopes, is_on)}
        />
      ) : (
        <span aria-hidden className="text-sm font-medium">
          {group.label}
        </span>
      )}
      <div className={group.scopes.length > 1 ? 'flex flex-col gap-2 pl-4' : 'flex flex-col gap-2'}>
        {group.scopes.map((scope) => (
          <Checkbox
            key={scope}
            label={<span className="font-mono text-[0.8125rem]">{scope}</span>}
            hint={SCOPE_WORDS[scope]}
            checked={chosen.includes(scope)}
            onChange={(is_on) => onChange([scope], is_on)}
          />
        ))}
      </div>
    </fieldset>
  );
}
