import { describe, expect, it } from '@jest/globals';
import { environmentVariables, withEnvironmentTable } from './environment-table.js';
import { README, readText } from './repository.js';

describe('the table of environment variables in the README', () => {
  it('is what the services’ schemas say; `npm run docs:env` writes it anew', async () => {
    const readme = readText(README);
    expect(readme).toBe(await withEnvironmentTable(readme));
  });

  it.each(environmentVariables())('says what $name is, with an example', ({ description, example }) => {
    expect(description).toMatch(/\.$/);
    expect(example).not.toBe('');
  });

  const withDefault = environmentVariables().filter(({ defaultText }) => Boolean(defaultText));
  it.each(withDefault)(
    'shows a default of $name that means the same when it is written out',
    ({ schema, defaultText }) => {
      expect(schema.parse(defaultText)).toEqual(schema.parse(undefined));
    },
  );

  // The examples of secrets are commands that make one: `k1:$(openssl rand -base64 32)`.
  const withPlainExample = environmentVariables().filter(
    ({ isSecret, example }) => !isSecret && !example.includes('$('),
  );
  it.each(withPlainExample)('gives an example of $name that the service takes', ({ schema, example }) => {
    expect(schema.safeParse(example)).toMatchObject({ success: true });
  });
});
