import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'switchboard.theme';

/** What one chose, kept in this browser. app/theme-boot.js reads it before the first paint and puts it into effect. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, chosen), choose];
}

function chosen(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  } catch {
    return 'system';
  }
}

function choose(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing goes by the system's theme.
  }
  window.dispatchEvent(new Event('switchboard:theme'));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('switchboard:theme', listener);
  return () => window.removeEventListener('switchboard:theme', listener);
}
