import { Checkbox, Mono } from '../../ui';
import { withResource, type ResourceGroup } from './subscriptions';

/** "All of appointment.*": also events of it that are added later. */
export function ResourceRow({
  group,
  patterns,
  onChange,
}: {
  group: ResourceGroup;
  patterns: readonly string[];
  onChange(patterns: string[]): void;
}) {
  const is_whole = patterns.includes(group.pattern);
  const is_some = group.types.some(
    ({ name, alias }) => patterns.includes(name) || (alias !== null && patterns.includes(alias)),
  );
  return (
    <div className="bg-sunken/60 px-3 py-2">
      <Checkbox
        label={
          <>
            All of <Mono>{group.pattern}</Mono>
            <span className="ml-2 text-xs text-muted">also what is added later</span>
          </>
        }
        checked={is_whole}
        indeterminate={!is_whole && is_some}
        onChange={(is_on) => onChange(withResource(patterns, group, is_on))}
      />
    </div>
  );
}
