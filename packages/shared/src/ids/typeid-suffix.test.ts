import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { TypeID } from 'typeid-js';
import { encodeUuid } from './typeid-suffix.js';

describe('the letters of a public id', () => {
  it.each([
    ['00000000-0000-0000-0000-000000000000', '00000000000000000000000000'],
    ['00000000-0000-0000-0000-000000000001', '00000000000000000000000001'],
    ['00000000-0000-0000-0000-000000000020', '00000000000000000000000010'],
    ['ffffffff-ffff-ffff-ffff-ffffffffffff', '7zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['01890a5d-ac96-774b-bcce-b302099a8057', '01h455vb4pex5vsknk084sn02q'],
  ])('are those of the specification for %s', (uuid, suffix) => {
    expect(encodeUuid(uuid)).toBe(suffix);
    expect(encodeUuid(uuid.toUpperCase())).toBe(suffix);
  });

  it('are those that the library makes and reads, for any UUID', () => {
    for (let tried = 0; tried < 2_000; tried += 1) {
      const uuid = randomUUID();
      expect(`evt_${encodeUuid(uuid)}`).toBe(TypeID.fromUUID('evt', uuid).toString());
    }
  });
});
