import { describe, expect, it } from '@jest/globals';
import { changesBetween } from './changes';

describe('what an audit entry changed', () => {
  it('is told field by field, with both values', () => {
    expect(changesBetween({ timeout_ms: 5000 }, { timeout_ms: 8000 })).toEqual([
      { field: 'timeout_ms', before: '5000', after: '8000', is_changed: true },
    ]);
  });

  it('names a field within a field by its whole path', () => {
    const changes = changesBetween({ headers: { 'X-A': '****' } }, { headers: { 'X-A': '****', 'X-B': '****' } });
    expect(changes).toEqual([
      { field: 'headers.X-A', before: '****', after: '****', is_changed: false },
      { field: 'headers.X-B', before: undefined, after: '****', is_changed: true },
    ]);
  });

  it('is no comparison where only one side was written', () => {
    expect(changesBetween(null, { name: 'CRM', scopes: ['*', 'a'], expires_at: null, on: true })).toEqual([
      { field: 'name', before: undefined, after: 'CRM', is_changed: false },
      { field: 'scopes', before: undefined, after: '*, a', is_changed: false },
      { field: 'expires_at', before: undefined, after: 'none', is_changed: false },
      { field: 'on', before: undefined, after: 'yes', is_changed: false },
    ]);
  });

  it('is nothing where nothing was written', () => {
    expect(changesBetween(null, null)).toEqual([]);
  });
});
