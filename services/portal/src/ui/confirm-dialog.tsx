import { useState, type ReactNode } from 'react';
import { asApiError, type ApiError } from '../api/api-error';
import { Button } from './button';
import { Dialog } from './dialog';
import { TextField } from './field';
import { InlineError } from './states';

interface ConfirmDialogProps {
  open: boolean;
  onClose(): void;
  /** A question: "Revoke this key?" */
  title: string;
  /** What happens then, in words. */
  children: ReactNode;
  /** How to undo it, or that one cannot. */
  undo: ReactNode;
  /** The verb of the button: "Revoke key". */
  action: string;
  /** "Revoking…" */
  busy: string;
  /** Closes when it resolves; what it throws is shown and can be tried again. */
  onConfirm(): Promise<unknown>;
  danger?: boolean;
  /** Has to be typed before the button works; for what cannot be undone and hurts. */
  type_to_confirm?: string;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onClose, title, children, undo, action, busy, danger = true, type_to_confirm } = props;
  const [is_busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [typed, setTyped] = useState('');
  const [was_open, setWasOpen] = useState(open);
  if (open !== was_open) {
    setWasOpen(open);
    setError(null);
    setTyped('');
  }
  const confirm = () => {
    setBusy(true);
    setError(null);
    props
      .onConfirm()
      .then(onClose, (thrown: unknown) => setError(asApiError(thrown)))
      .finally(() => setBusy(false));
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone={danger ? 'danger' : 'primary'}
            busy={is_busy && busy}
            disabled={type_to_confirm !== undefined && typed.trim() !== type_to_confirm}
            onClick={confirm}
          >
            {action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <div>{children}</div>
        <p className="text-muted">{undo}</p>
        {type_to_confirm !== undefined && (
          <TextField
            label={`Type ${type_to_confirm} to go on`}
            mono
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {error && <InlineError error={error} />}
      </div>
    </Dialog>
  );
}
