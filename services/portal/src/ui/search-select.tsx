import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown } from 'lucide-react';
import { cx } from './cx';
import { inputClass } from './field';
import { selectClass } from './select-class';
import type { Option, SelectProps } from './select-props';

/** What is beyond is found by typing; to scroll through more helps nobody. */
const MOST_LISTED = 200;

/** One of many: pressing it opens a list with a search field above. */
export function SearchSelect(props: SelectProps<string>) {
  const { value, onChange, options, label, placeholder, disabled, size = 'md', className, prefix } = props;
  const chosen = options.find((option) => option.value === value) ?? { value, label: placeholder ?? '' };
  return (
    <Combobox.Root
      items={options}
      value={chosen}
      onValueChange={(next: Option<string> | null) => next && onChange(next.value)}
      isItemEqualToValue={(item, other) => item?.value === other?.value}
      limit={MOST_LISTED}
      disabled={disabled}
      autoHighlight
    >
      <Combobox.Trigger
        aria-label={label}
        className={cx(
          selectClass(size),
          'cursor-pointer gap-2 pr-2 pl-2.5 text-left data-disabled:opacity-55',
          className,
        )}
      >
        {prefix && <span className="shrink-0 text-muted">{prefix}</span>}
        <span className="min-w-0 flex-1 truncate">{chosen.label}</span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} align="start" className="z-50 outline-hidden">
          <Combobox.Popup
            aria-label={label ?? 'Choices'}
            className="flex max-h-[min(24rem,var(--available-height))] w-80 max-w-(--available-width) flex-col rounded-md border border-line bg-surface shadow-raised outline-hidden"
          >
            <div className="border-b border-line p-2">
              <Combobox.Input
                aria-label={`Search ${label ?? ''}`.trim()}
                placeholder="Search"
                className={cx(inputClass, 'h-8 text-[0.8125rem]')}
              />
            </div>
            <Combobox.Empty className="p-3 text-sm text-muted empty:hidden">None fits.</Combobox.Empty>
            <Combobox.List className="min-h-0 overflow-y-auto p-1 outline-hidden empty:hidden">
              {(option: Option<string>) => (
                <Combobox.Item
                  key={option.value}
                  value={option}
                  title={option.label}
                  className="flex cursor-default items-center gap-2 rounded px-2 py-1.5 text-sm outline-hidden select-none data-highlighted:bg-sunken"
                >
                  <span className="min-w-0 flex-1">
                    <span className="block truncate">{option.label}</span>
                    {option.hint && <span className="block truncate text-xs text-muted">{option.hint}</span>}
                  </span>
                  <Combobox.ItemIndicator>
                    <Check aria-hidden className="size-4 text-accent" />
                  </Combobox.ItemIndicator>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
