import { useScope, type Mode } from '../../api';

/** What the person may do with keys of each mode, and in words why not. The server has the last word. */
export function useKeyRights() {
  const { abilities, role } = useScope();
  const who = role === null ? 'This session' : `Your role (${role})`;
  const isAllowed = (mode: Mode) =>
    abilities.includes('keys:manage_live') || (mode === 'test' && abilities.includes('keys:manage_test'));
  return {
    isAllowed,
    may_create: isAllowed('test'),
    /** undefined where nothing stands in the way. */
    whyNot: (mode: Mode) =>
      isAllowed(mode)
        ? undefined
        : mode === 'live'
          ? `${who} does not manage live keys; an admin or owner does.`
          : `${who} does not manage keys; a developer, admin or owner does.`,
  };
}
