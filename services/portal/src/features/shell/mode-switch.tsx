import { FlaskConical } from 'lucide-react';
import { useMode, type Mode } from '../../api';
import { Button, Segmented } from '../../ui';

const MODES: { value: Mode; label: string }[] = [
  { value: 'live', label: 'Live' },
  { value: 'test', label: 'Test' },
];

export function ModeSwitch() {
  const [mode, setMode] = useMode();
  return <Segmented is_wide label="Mode" value={mode} onChange={setMode} options={MODES} />;
}

/** Nobody should take test data for the real thing, nor wonder where the real thing went. */
export function TestModeBanner({ can_leave }: { can_leave: boolean }) {
  const [mode, setMode] = useMode();
  if (mode !== 'test') return null;
  return (
    <section
      aria-label="Test mode"
      className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1 bg-warn-soft px-4 py-1.5 text-sm text-warn"
    >
      <FlaskConical aria-hidden className="size-4 shrink-0" />
      <p>
        <strong className="font-semibold">Test mode.</strong> Webhooks, events and deliveries here are those of test
        keys.
      </p>
      {can_leave && (
        <Button size="sm" onClick={() => setMode('live')}>
          Go to live
        </Button>
      )}
    </section>
  );
}
