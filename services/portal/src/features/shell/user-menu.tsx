import { Ellipsis, KeyRound, Keyboard, LogOut, Monitor, Moon, Sun, type LucideIcon } from 'lucide-react';
import { lazy, Suspense, useId, useRef, useState } from 'react';
import { useSession } from '../../api';
import { cx, IconButton, toast } from '../../ui';
import { endSession } from '../session/session-query';
import { useTheme, type Theme } from './theme';

const PasswordDialog = lazy(() =>
  import('../session/password-dialog').then((module) => ({ default: module.PasswordDialog })),
);

const THEMES: { value: Theme; label: string; icon: LucideIcon }[] = [
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
  { value: 'system', label: 'As the system', icon: Monitor },
];

/** Who is signed in, and what is theirs: the theme, the password, the way out. */
export function UserMenu({ onShortcuts }: { onShortcuts(): void }) {
  const { user } = useSession();
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const [is_changing, setChanging] = useState(false);
  const signOut = () => endSession().catch((error: unknown) => toast.error('You are still signed in', error));
  const close_and = (run: () => void) => () => {
    panel.current?.hidePopover();
    run();
  };
  return (
    <div className="relative flex items-center justify-between gap-2">
      <div className="min-w-0 text-sm">
        <p className="truncate font-medium">{user?.name ?? 'Opened by a link'}</p>
        {user && <p className="truncate text-xs text-muted">{user.email}</p>}
      </div>
      <IconButton label="Your settings" icon={Ellipsis} size="sm" popoverTarget={id} />
      {/* The browser's own popover: Escape and a click beside it close it, and the focus goes back to the button. */}
      <div
        ref={panel}
        id={id}
        popover="auto"
        aria-label="Your settings"
        role="group"
        className="fixed inset-auto bottom-14 left-3 w-54 rounded-md border border-line bg-surface p-1 text-ink shadow-raised"
      >
        <ThemeChoice />
        <hr className="my-1 border-line" />
        <Item icon={Keyboard} label="Keyboard shortcuts" onSelect={close_and(onShortcuts)} />
        {user && <Item icon={KeyRound} label="Change password" onSelect={close_and(() => setChanging(true))} />}
        <Item icon={LogOut} label="Sign out" onSelect={close_and(() => void signOut())} />
      </div>
      {is_changing && (
        <Suspense>
          <PasswordDialog open onClose={() => setChanging(false)} />
        </Suspense>
      )}
    </div>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useTheme();
  return (
    <div role="group" aria-label="Theme">
      {THEMES.map(({ value, label, icon }) => (
        <Item key={value} icon={icon} label={label} is_chosen={theme === value} onSelect={() => setTheme(value)} />
      ))}
    </div>
  );
}

interface ItemProps {
  icon: LucideIcon;
  label: string;
  is_chosen?: boolean;
  onSelect(): void;
}

function Item({ icon: Icon, label, is_chosen, onSelect }: ItemProps) {
  return (
    <button
      type="button"
      aria-pressed={is_chosen}
      onClick={onSelect}
      className={cx(
        'flex w-full items-center gap-2.5 rounded px-2 py-1.5 text-left text-sm hover:bg-sunken focus-visible:-outline-offset-2',
        is_chosen && 'bg-accent-soft font-medium text-accent',
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {label}
    </button>
  );
}
