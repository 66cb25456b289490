export * from './connection.js';
export * from './consumer.js';
export * from './inspect.js';
export * from './producer.js';
export * from './rate-limits.js';
export * from './redis-settings.js';
