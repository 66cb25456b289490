import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton, Mono, TextField } from '../../ui';

/** Events that the platform publishes for this account alone are in no catalogue; they are chosen by name. */
export function OtherEvents({
  others,
  patterns,
  onChange,
}: {
  others: readonly string[];
  patterns: readonly string[];
  onChange(patterns: string[]): void;
}) {
  const [text, setText] = useState('');
  const name = text.trim().toLowerCase();
  const add = () => {
    if (name === '') return;
    setText('');
    if (!patterns.includes(name)) onChange([...patterns, name]);
  };
  return (
    <div className="flex flex-col gap-2">
      {others.length > 0 && (
        <ul aria-label="Custom events" className="flex flex-wrap gap-1.5">
          {others.map((other) => (
            <li key={other} className="flex items-center gap-0.5 rounded-full bg-sunken pl-2.5">
              <Mono>{other}</Mono>
              <IconButton
                label={`Remove ${other}`}
                icon={X}
                size="sm"
                onClick={() => onChange(patterns.filter((pattern) => pattern !== other))}
              />
            </li>
          ))}
        </ul>
      )}
      <TextField
        label="Another event"
        optional
        mono
        placeholder="loyalty.points_added"
        hint="Custom events of your platform, by name, or all of a resource: loyalty.*"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
        after={
          <Button icon={Plus} onClick={add} disabled={name === ''}>
            Add
          </Button>
        }
      />
    </div>
  );
}
