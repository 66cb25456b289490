import { describe, expect, it } from '@jest/globals';
import { createAddressPolicy } from '@switchboard/shared';
import { readFileSync } from 'node:fs';
import { createUrlGate, UrlRefusedError } from './url-gate.js';

const vectorsFile = new URL('../../../../../shared/vectors/bad-urls.json', import.meta.url);
const vectors = JSON.parse(readFileSync(vectorsFile, 'utf8')) as { refused: string[]; allowed: string[] };

const nothingOpened = createAddressPolicy({ allowedPrivateNetworks: [] });
const gate = createUrlGate({ addresses: nothingOpened, allowHttp: true });

const refusalOf = (url: string, check = gate): UrlRefusedError | null => {
  try {
    check(url);
    return null;
  } catch (error) {
    return error as UrlRefusedError;
  }
};

describe('a URL, just before it is dialled', () => {
  it.each(vectors.refused)('is refused as it is on create: %j', (url) => {
    expect(refusalOf(url)).toBeInstanceOf(UrlRefusedError);
    expect(refusalOf(url)?.code).toBe('ssrf_blocked');
  });

  it.each(vectors.allowed)('passes as it does on create: %s', (url) => {
    expect(gate(url).href).toBe(url);
  });

  it('is dialled in the form that was checked', () => {
    expect(gate('HTTPS://Example.com:8443?a=1')).toEqual({
      href: 'https://example.com:8443/?a=1',
      origin: 'https://example.com:8443',
      path: '/?a=1',
    });
  });

  it('may be plain http only where that is allowed', () => {
    const strict = createUrlGate({ addresses: nothingOpened, allowHttp: false });
    expect(refusalOf('http://example.com/', strict)?.message).toContain('plain http is not allowed');
    expect(strict('https://example.com/').href).toBe('https://example.com/');
  });

  it('is not repeated in the refusal beyond its host', () => {
    for (const url of ['http://10.0.0.1/hush?key=hush', 'https://me:hush@example.com/', 'ftp://example.com/hush']) {
      expect(refusalOf(url)?.message).not.toContain('hush');
    }
  });
});

describe('what has passed', () => {
  function counted(keptUrls: number) {
    let checks = 0;
    const addresses = { ...nothingOpened, explain: (ip: string) => ((checks += 1), nothingOpened.explain(ip)) };
    return { check: createUrlGate({ addresses, allowHttp: true }, keptUrls), count: () => checks };
  }

  it('is not checked again', () => {
    const { check, count } = counted(10);
    for (let i = 0; i < 5; i += 1) check('https://93.184.215.14/');
    expect(count()).toBe(1);
  });

  it('is kept up to a number, the oldest goes first', () => {
    const { check, count } = counted(2);
    for (const last of [1, 2, 3]) check(`https://93.184.215.${last}/`);
    check('https://93.184.215.3/');
    expect(count()).toBe(3);
    check('https://93.184.215.1/');
    expect(count()).toBe(4);
  });

  it('does not make a refusal pass', () => {
    const { check, count } = counted(2);
    for (let i = 0; i < 3; i += 1) expect(refusalOf('https://10.0.0.1/', check)).not.toBeNull();
    expect(count()).toBe(3);
  });
});
