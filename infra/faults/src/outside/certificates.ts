import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';

export interface Certificate {
  cert: string;
  key: string;
}

/** What a customer's HTTPS server may show. Each is wrong in one way only, or in none. */
export interface Certificates {
  valid: Certificate;
  expired: Certificate;
  wrongHost: Certificate;
  /** As `valid`, but nobody has been told to trust it. */
  selfSigned: Certificate;
  /** All but the last, as NODE_EXTRA_CA_CERTS takes them. */
  trustFile: string;
}

const DAY_MS = 86_400_000;

export async function makeCertificates(host: string): Promise<Certificates> {
  const [valid, expired, wrongHost, selfSigned] = await Promise.all([
    makeCertificate({ ip: host }),
    makeCertificate({ ip: host }, { endsInDays: -1 }),
    makeCertificate({ name: 'other.example' }),
    makeCertificate({ ip: host }),
  ]);
  const folder = mkdtempSync(path.join(process.env.SWITCHBOARD_TEST_FOLDER ?? os.tmpdir(), 'trust-'));
  const trustFile = path.join(folder, 'trusted.pem');
  writeFileSync(trustFile, [valid, expired, wrongHost].map(({ cert }) => cert).join('\n'));
  return { valid, expired, wrongHost, selfSigned, trustFile };
}

async function makeCertificate(host: { ip: string } | { name: string }, { endsInDays = 2 } = {}): Promise<Certificate> {
  const isAddress = 'ip' in host;
  // Each has a subject of its own: a list of trusted ones is searched by it.
  const commonName = `${isAddress ? host.ip : host.name} ${Math.random()}`;
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    notBeforeDate: new Date(Date.now() - 5 * DAY_MS),
    notAfterDate: new Date(Date.now() + endsInDays * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [isAddress ? { type: 7, ip: host.ip } : { type: 2, value: host.name }] },
    ],
  });
  return { cert: made.cert, key: made.private };
}
