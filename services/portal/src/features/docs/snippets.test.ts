import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { SEND_SIGNED, snippetOf, SNIPPETS } from './snippets';

// The tests of infra/docs run what stands in this document; the page shows it.
const document = readFileSync(new URL('../../../../../docs/webhooks.md', import.meta.url), 'utf8');
const NAMES = {
  signature: 'X-KaiVox-Signature',
  event: 'X-KaiVox-Event',
  delivery: 'X-KaiVox-Delivery',
  attempt: 'X-KaiVox-Attempt',
};

describe('the snippets of the page', () => {
  it.each(SNIPPETS.map(({ label, block }) => [label, block]))(
    'show for %s the block of the document',
    (_label, block) => {
      const code = snippetOf(document, block, NAMES);
      expect(code).toMatch(/webhook/i);
      expect(code).not.toContain('```');
    },
  );

  it('name the headers as the installation does', () => {
    for (const { block, value } of SNIPPETS.filter(({ value }) => value !== 'library')) {
      const code = snippetOf(document, block, NAMES);
      expect([value, code]).toEqual([value, expect.stringContaining('X-KaiVox-Signature')]);
      expect(code).not.toContain('Switchboard');
    }
  });

  it('have a script that sends a signed webhook', () => {
    expect(snippetOf(document, SEND_SIGNED, NAMES)).toMatch(/^#!\/usr\/bin\/env bash/);
  });

  it('fail loudly where the document lost a block', () => {
    expect(() => snippetOf(document, 'no-such-block', NAMES)).toThrow('no code block named no-such-block');
  });
});
