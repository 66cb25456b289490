import { KeyRound } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button } from './button';
import { Checkbox } from './choices';
import { CopyButton } from './copy-button';
import { Dialog } from './dialog';

interface SecretOnceProps {
  /** null: closed. Keep it in the state of a component and nowhere else. */
  secret: string | null;
  onClose(): void;
  /** "Your new API key" */
  title: string;
  /** "API key" */
  label: string;
  /** What it is for and where to put it. */
  children?: ReactNode;
}

/** Shows a secret for the only time. It is left through "I have copied it", by no slip of a key. */
export function SecretOnceDialog({ secret, onClose, title, label, children }: SecretOnceProps) {
  const [is_confirmed, setConfirmed] = useState(false);
  const [confirmed_for, setConfirmedFor] = useState(secret);
  if (confirmed_for !== secret) {
    setConfirmedFor(secret);
    setConfirmed(false);
  }
  return (
    <Dialog
      open={secret !== null}
      onClose={onClose}
      title={title}
      must_answer
      footer={
        <Button tone="primary" disabled={!is_confirmed} onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="flex flex-col gap-4 text-sm">
        <p className="flex items-start gap-2 rounded-lg bg-warn-soft px-3 py-2 text-warn">
          <KeyRound aria-hidden className="mt-0.5 size-4 shrink-0" />
          It is shown this once. Keep it where your other secrets are; nobody can show it again.
        </p>
        <div className="flex flex-col gap-1.5">
          <span className="font-medium" id="secret-once-label">
            {label}
          </span>
          <div className="flex items-center gap-2">
            <code
              aria-labelledby="secret-once-label"
              data-testid="secret"
              className="min-w-0 flex-1 rounded-md border border-line bg-sunken px-3 py-2 font-mono text-[0.8125rem] break-all select-all"
            >
              {secret}
            </code>
            <CopyButton value={secret ?? ''} label={`Copy ${label}`} words="Copy" size="md" />
          </div>
        </div>
        {children}
        <Checkbox label="I have copied it" checked={is_confirmed} onChange={setConfirmed} />
      </div>
    </Dialog>
  );
}
