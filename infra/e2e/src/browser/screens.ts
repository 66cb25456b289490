/** Every screen of somebody who is signed in, by its address and the title that it shows. */
export const SCREENS = [
  { name: 'overview', path: '/', title: 'Overview' },
  { name: 'keys', path: '/keys', title: 'API keys' },
  { name: 'webhooks', path: '/webhooks', title: 'Webhooks' },
  { name: 'deliveries', path: '/deliveries', title: 'Delivery log' },
  { name: 'dead-letters', path: '/dead-letters', title: 'Dead letters' },
  { name: 'events', path: '/events', title: 'Events' },
  { name: 'docs', path: '/docs', title: 'Docs' },
  { name: 'audit', path: '/audit', title: 'Audit log' },
  { name: 'people', path: '/people', title: 'People' },
] as const;

export type ScreenName = (typeof SCREENS)[number]['name'];
