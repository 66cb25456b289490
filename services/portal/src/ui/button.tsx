import { createLink } from '@tanstack/react-router';
import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { Tooltip } from './tooltip';

export type ButtonTone = 'primary' | 'plain' | 'quiet' | 'danger';
export type ButtonSize = 'sm' | 'md';

const TONES: Record<ButtonTone, string> = {
  primary: 'bg-accent-strong text-on-accent border-transparent hover:brightness-110',
  plain: 'bg-surface text-ink border-line hover:bg-sunken',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
  danger: 'bg-bad-strong text-white border-transparent hover:brightness-110',
};

const SIZES: Record<ButtonSize, string> = { sm: 'h-7 px-2.5 text-xs gap-1.5', md: 'h-9 px-3.5 text-sm gap-2' };

const SHAPE =
  'inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap select-none ' +
  'transition-colors aria-disabled:opacity-55 disabled:opacity-55 data-disabled:opacity-55';

/** How a button looks, for what only looks like one (a link, a download). */
export function buttonClass(tone: ButtonTone = 'plain', size: ButtonSize = 'md'): string {
  return cx(SHAPE, TONES[tone], SIZES[size]);
}

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'ref'> {
  tone?: ButtonTone;
  size?: ButtonSize;
  icon?: LucideIcon;
  /** Words for what is under way, "Saving…". While they are there the button cannot be pressed again. */
  busy?: string | false | undefined;
  ref?: React.Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const { tone, size, icon: Icon, busy, children, className, disabled, type, onClick, ...rest } = props;
  return (
    <button
      {...rest}
      type={type ?? 'button'}
      disabled={disabled}
      // While busy it keeps the focus: whoever pressed it by keyboard is not thrown to the top of the page.
      aria-disabled={busy ? true : undefined}
      aria-busy={busy ? true : undefined}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
      className={cx(buttonClass(tone, size), className)}
    >
      {busy ? (
        <LoaderCircle aria-hidden className="size-4 animate-spin" />
      ) : (
        Icon && <Icon aria-hidden className="size-4" />
      )}
      {busy || children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon' | 'busy'> {
  /** Read out, and shown as a tooltip. */
  label: string;
  icon: LucideIcon;
  shortcut?: string;
}

export function IconButton({
  label,
  icon: Icon,
  tone = 'quiet',
  size = 'md',
  className,
  shortcut,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <button
        {...rest}
        type="button"
        aria-label={label}
        className={cx(SHAPE, TONES[tone], size === 'sm' ? 'size-7' : 'size-9', className)}
      >
        <Icon aria-hidden className="size-4" />
      </button>
    </Tooltip>
  );
}

interface AnchorButtonProps extends ComponentProps<'a'> {
  tone?: ButtonTone;
  size?: ButtonSize;
  icon?: LucideIcon;
}

function AnchorButton({ tone, size, icon: Icon, children, ...rest }: AnchorButtonProps) {
  return (
    <a {...rest} className={buttonClass(tone, size)}>
      {Icon && <Icon aria-hidden className="size-4" />}
      {children}
    </a>
  );
}

/** A link inside the portal that looks like a button. */
export const ButtonLink = createLink(AnchorButton);

/** How a link in text looks: `<Link className={linkClass} to="/keys">`. */
export const linkClass = 'text-accent underline decoration-1 underline-offset-3 hover:decoration-2';

/** A link to somewhere outside the portal. */
export function ExternalLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noreferrer noopener" className={linkClass}>
      {children}
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}
