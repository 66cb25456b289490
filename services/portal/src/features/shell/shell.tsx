import { useState, type ReactNode } from 'react';
import { useScope } from '../../api';
import { useShortcut, useShortcutKeys } from '../../ui';
import { SessionExpiredDialog } from '../session/session-expired-dialog';
import { MobileBar } from './mobile-bar';
import { ModeSwitch, TestModeBanner } from './mode-switch';
import { navItemsFor } from './nav';
import { NavLinks } from './nav-links';
import { NavShortcuts } from './nav-shortcuts';
import { ShortcutsDialog } from './shortcuts-dialog';
import { TenantSwitch } from './tenant-switch';
import { UserMenu } from './user-menu';

/** What is around every screen: where one is, whose rows they are, and the way to the others. */
export function Shell({ children }: { children: ReactNode }) {
  const scope = useScope();
  const items = navItemsFor(scope);
  const [is_help_open, setHelpOpen] = useState(false);
  useShortcutKeys();
  useShortcut('?', 'Show these shortcuts', () => setHelpOpen(true), { group: 'Everywhere' });
  const is_person = scope.session.kind === 'user';
  const foot = <UserMenu onShortcuts={() => setHelpOpen(true)} />;
  return (
    <>
      <a
        href="#content"
        className="sr-only rounded-md bg-surface px-3 py-2 text-sm shadow-raised focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to the content
      </a>
      <NavShortcuts items={items} />
      {scope.is_embedded ? (
        <header className="border-b border-line bg-surface px-2 py-1">
          <NavLinks items={items} is_row />
        </header>
      ) : (
        <MobileBar title={<TenantSwitch />}>
          {(close) => (
            <div className="flex min-h-0 flex-1 flex-col justify-between gap-4 overflow-y-auto">
              <div className="flex flex-col gap-3">
                {is_person && <ModeSwitch />}
                <NavLinks items={items} onFollow={close} />
              </div>
              {foot}
            </div>
          )}
        </MobileBar>
      )}
      <div className="flex min-h-0">
        {!scope.is_embedded && (
          <aside
            aria-label="Account and navigation"
            className="sticky top-0 flex h-dvh w-60 shrink-0 flex-col justify-between gap-4 border-r border-line bg-surface p-3 max-lg:hidden"
          >
            <div className="flex min-h-0 flex-col gap-4 overflow-y-auto p-0.5">
              <TenantSwitch />
              {is_person && <ModeSwitch />}
              <NavLinks items={items} />
            </div>
            {foot}
          </aside>
        )}
        <div className="min-w-0 flex-1">
          <TestModeBanner can_leave={is_person} />
          <main id="content" tabIndex={-1} className="mx-auto max-w-6xl px-4 py-5 outline-hidden sm:px-6 lg:py-7">
            {children}
          </main>
        </div>
      </div>
      <ShortcutsDialog open={is_help_open} onClose={() => setHelpOpen(false)} />
      <SessionExpiredDialog />
    </>
  );
}
