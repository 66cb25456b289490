export * from './backends.js';
export * from './until.js';
