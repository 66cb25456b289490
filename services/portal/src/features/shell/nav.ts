import {
  Activity,
  BookOpen,
  KeyRound,
  LayoutDashboard,
  MailX,
  ScrollText,
  Users,
  Webhook,
  Zap,
  type LucideIcon,
} from 'lucide-react';
import type { Scope } from '../../api';

export interface NavItem {
  to: '/' | '/keys' | '/webhooks' | '/deliveries' | '/dead-letters' | '/events' | '/docs' | '/audit' | '/people';
  label: string;
  icon: LucideIcon;
  keys: string;
}

const ITEMS: readonly NavItem[] = [
  { to: '/', label: 'Overview', icon: LayoutDashboard, keys: 'g o' },
  { to: '/keys', label: 'API keys', icon: KeyRound, keys: 'g k' },
  { to: '/webhooks', label: 'Webhooks', icon: Webhook, keys: 'g w' },
  { to: '/deliveries', label: 'Delivery log', icon: Activity, keys: 'g d' },
  { to: '/dead-letters', label: 'Dead letters', icon: MailX, keys: 'g f' },
  { to: '/events', label: 'Events', icon: Zap, keys: 'g e' },
  { to: '/docs', label: 'Docs', icon: BookOpen, keys: 'g c' },
  { to: '/audit', label: 'Audit log', icon: ScrollText, keys: 'g a' },
  { to: '/people', label: 'People', icon: Users, keys: 'g p' },
];

/** Where somebody with these abilities can go. Who came by a link is no member and sees none of the people. */
export function navItemsFor({ abilities, session }: Pick<Scope, 'abilities' | 'session'>): readonly NavItem[] {
  return ITEMS.filter(({ to }) => {
    if (to === '/people') return session.kind === 'user';
    return abilities.includes(to === '/audit' ? 'audit:read' : 'view');
  });
}
