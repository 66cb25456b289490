/** What the server answers, by hand from its schemas (services/api/src/modules). Times are ISO 8601 in UTC. */
export * from './types/account';
export * from './types/common';
export * from './types/deliveries';
export * from './types/webhooks';
