import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../api/api-error';
import type { EndpointView } from '../../api/types';
import { changesOf, figureProblem, formOf, headersProblem, inFieldsOfTheForm, inputOf } from './endpoint-form';

const ENDPOINT: EndpointView = {
  id: 'whe_1',
  url: 'https://example.com/hooks',
  description: 'The calendar',
  event_types: ['appointment.*'],
  enabled: true,
  disabled_reason: null,
  disabled_at: null,
  headers: { 'X-Token': '********' },
  max_attempts: null,
  timeout_ms: 2_500,
  max_in_flight: null,
  rate_limit_per_second: 20,
  ordering: 'none',
  previous_secret_expires_at: null,
  created_at: '2026-11-20T10:00:00.000Z',
  updated_at: '2026-11-20T10:00:00.000Z',
};

describe('the form of a webhook', () => {
  it('has nothing to save while nothing differs', () => {
    expect(changesOf(ENDPOINT, formOf(ENDPOINT))).toBeNull();
  });

  it('saves only what differs', () => {
    const form = { ...formOf(ENDPOINT), description: ' The old calendar ', timeout_seconds: '', max_attempts: '3' };
    expect(changesOf(ENDPOINT, form)).toEqual({ description: 'The old calendar', timeout_ms: null, max_attempts: 3 });
  });

  it('leaves the headers alone unless they are written anew', () => {
    const untouched = { ...formOf(ENDPOINT), headers: [{ name: 'X-Token', value: 'not asked for' }] };
    expect(changesOf(ENDPOINT, untouched)).toBeNull();
    expect(changesOf(ENDPOINT, { ...untouched, replaces_headers: true })).toEqual({
      headers: { 'X-Token': 'not asked for' },
    });
    expect(changesOf(ENDPOINT, { ...untouched, headers: [], replaces_headers: true })).toEqual({ headers: {} });
  });

  it('never takes the mask for a value', () => {
    expect(formOf(ENDPOINT).headers).toEqual([{ name: 'X-Token', value: '' }]);
  });

  it('speaks of seconds and sends milliseconds', () => {
    expect(formOf(ENDPOINT).timeout_seconds).toBe('2.5');
    expect(inputOf({ ...formOf(null), timeout_seconds: '1.25' }).timeout_ms).toBe(1_250);
  });

  it('sends null for what is left to the platform, and leaves out empty rows of headers', () => {
    const form = { ...formOf(null), url: ' https://example.com ', headers: [{ name: '', value: ' ' }] };
    expect(inputOf(form)).toMatchObject({
      url: 'https://example.com',
      headers: {},
      max_attempts: null,
      timeout_ms: null,
    });
  });

  it('does not save a header without a value or without a name, nor one twice', () => {
    expect(headersProblem([{ name: 'X-Token', value: '' }])).toBe('Type the value of X-Token, or remove the header.');
    expect(headersProblem([{ name: '', value: 'abc' }])).toMatch(/no name/);
    expect(
      headersProblem([
        { name: 'X-Token', value: 'a' },
        { name: 'x-token ', value: 'b' },
      ]),
    ).toMatch(/twice/);
    expect(
      headersProblem([
        { name: 'X-Token', value: 'a' },
        { name: '', value: '' },
      ]),
    ).toBeNull();
  });

  it('takes figures within the server’s bounds, and an empty field', () => {
    expect(figureProblem('', 1, 20)).toBeNull();
    expect(figureProblem('20', 1, 20)).toBeNull();
    expect(figureProblem('21', 1, 20)).toMatch(/from 1 to 20/);
    expect(figureProblem('1.5', 1, 20)).toMatch(/whole/);
    expect(figureProblem('1.5', 1, 30, false)).toBeNull();
    expect(figureProblem('soon', 1, 30, false)).not.toBeNull();
  });
});

describe('what the server says is wrong', () => {
  const refused = (details: { path: string; message: string }[]) =>
    new ApiError({
      status: 422,
      code: 'validation_failed',
      message: 'Some fields are wrong.',
      details,
      request_id: 'req_1',
    });

  it('keeps the name of the header or of the event that is meant', () => {
    const form = { ...formOf(null), event_types: ['call.*', 'nonsense'] };
    const error = inFieldsOfTheForm(
      refused([
        { path: 'headers.Host', message: 'The header is not allowed.' },
        { path: 'headers.X-Ä', message: 'The name is not valid.' },
        { path: 'event_types.1', message: 'must be an event name' },
        { path: 'timeout_ms', message: 'too big' },
      ]),
      form,
    );
    expect(error.details).toEqual([
      { path: 'headers', message: 'Host: The header is not allowed. X-Ä: The name is not valid.' },
      { path: 'event_types', message: 'nonsense must be an event name.' },
      { path: 'timeout_seconds', message: 'too big' },
    ]);
    expect(error).toMatchObject({ message: 'Some fields are wrong.', request_id: 'req_1', status: 422 });
  });
});
