import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton, type ButtonSize } from './button';
import { toast } from './toast';

interface CopyButtonProps {
  value: string | (() => string);
  /** What is copied: "Copy endpoint id". */
  label: string;
  /** With its words visible, not as an icon only. */
  words?: string;
  size?: ButtonSize;
  onCopied?(): void;
}

export function CopyButton({ value, label, words, size = 'sm', onCopied }: CopyButtonProps) {
  const [is_copied, setCopied] = useState(false);
  useEffect(() => {
    if (!is_copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [is_copied]);
  const copy = () =>
    copyText(typeof value === 'string' ? value : value()).then(
      () => {
        setCopied(true);
        onCopied?.();
      },
      () => toast.error('Could not copy. Select the text and copy it by hand.'),
    );
  const icon = is_copied ? Check : Copy;
  return (
    <>
      {words ? (
        <Button size={size} icon={icon} onClick={() => void copy()} aria-label={label}>
          {is_copied ? 'Copied' : words}
        </Button>
      ) : (
        <IconButton label={is_copied ? 'Copied' : label} icon={icon} size={size} onClick={() => void copy()} />
      )}
      <span role="status" className="sr-only">
        {is_copied ? 'Copied' : ''}
      </span>
    </>
  );
}

/** Plain http has no clipboard API; there a hidden field and the old command do. */
async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  // Inside the dialog that is open: elsewhere its focus trap would take the selection away.
  (document.activeElement?.parentElement ?? document.body).append(field);
  field.select();
  const worked = document.execCommand('copy');
  field.remove();
  if (!worked) throw new Error('the browser refused to copy');
}
