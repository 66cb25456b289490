import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { firstUuidOf, fromPublicId, isUuid, newUuid, toPublicId } from './ids.js';

describe('what is a UUID', () => {
  it('is what this product and PostgreSQL write', () => {
    const behindPublicId = fromPublicId('event', toPublicId('event', newUuid()));
    for (const uuid of [newUuid(), randomUUID(), firstUuidOf(0), behindPublicId]) expect(isUuid(uuid)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['another spelling of one', '01890A5D-AC96-774B-BCCE-B302099A8057'],
    ['one in brackets', '{01890a5d-ac96-774b-bcce-b302099a8057}'],
    ['one without its dashes', '01890a5dac96774bbcceb302099a8057'],
    ['one with more behind it', '01890a5d-ac96-774b-bcce-b302099a8057 '],
    ['one with a line below it', '01890a5d-ac96-774b-bcce-b302099a8057\n'],
    ['one digit too few', '01890a5d-ac96-774b-bcce-b302099a805'],
    ['a letter that is no digit', '01890a5d-ac96-774b-bcce-b302099a805g'],
    ['a public id', 'evt_01h455vb4pex5vsknk084sn02q'],
    ['no text at all', 7],
    ['null', null],
    ['a list of one', ['01890a5d-ac96-774b-bcce-b302099a8057']],
  ])('is not %s', (_, value) => {
    expect(isUuid(value)).toBe(false);
  });
});
