/**
 * What the portal's page takes from this package: `@switchboard/shared/portal`. Nothing in here may import a module of
 * Node or a library, because all of it is sent to browsers.
 */
export * from '../api-keys/scopes.js';
export * from './roles.js';
