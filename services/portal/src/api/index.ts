export * from './address';
export * from './api-error';
export type { Api, Page } from './client';
export * from './live';
export * from './queries';
export * from './scope';
export * from './types';
