import { describe, expect, it } from '@jest/globals';
import { sql } from '@switchboard/db';
import { createLargeTotals } from './large-totals.js';

const appointmentsOf = (tenant: string) => sql('appointments').where({ tenant_id: tenant });

describe('the total of a long list', () => {
  it('is remembered for ten seconds, for the same list of the same tenant', () => {
    let time = 0;
    const totals = createLargeTotals(() => time);
    totals.note(appointmentsOf('a'), 250_000);
    expect(totals.find(appointmentsOf('a'))).toBe(250_000);
    expect(totals.find(appointmentsOf('b'))).toBeUndefined();
    expect(totals.find(appointmentsOf('a').where('status', 'booked'))).toBeUndefined();
    time = 9_999;
    expect(totals.find(appointmentsOf('a'))).toBe(250_000);
  });

  it('is counted anew by one request when it is old, while the others go on with the old one', () => {
    let time = 0;
    const totals = createLargeTotals(() => time);
    totals.note(appointmentsOf('a'), 250_000);
    time = 10_000;
    expect(totals.find(appointmentsOf('a'))).toBeUndefined();
    expect(totals.find(appointmentsOf('a'))).toBe(250_000);
    totals.note(appointmentsOf('a'), 250_010);
    expect(totals.find(appointmentsOf('a'))).toBe(250_010);
  });

  it('is exact on every page where the list is not long', () => {
    const totals = createLargeTotals();
    totals.note(appointmentsOf('a'), 9_999);
    expect(totals.find(appointmentsOf('a'))).toBeUndefined();
    totals.note(appointmentsOf('b'), 10_000);
    totals.note(appointmentsOf('b'), 9_000);
    expect(totals.find(appointmentsOf('b'))).toBeUndefined();
  });
});
