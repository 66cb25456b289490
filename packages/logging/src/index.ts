export * from './combined-writes.js';
export * from './logger.js';
