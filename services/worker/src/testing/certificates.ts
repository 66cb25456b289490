import { generate } from 'selfsigned';

export interface Certificate {
  cert: string;
  key: string;
}

const DAY_MS = 86_400_000;

/** A certificate that nobody has signed but itself. */
export async function makeCertificate(host: string, { startsInDays = -1, endsInDays = 1 } = {}): Promise<Certificate> {
  const isAddress = /^[\d.]+$/.test(host);
  const made = await generate([{ name: 'commonName', value: host }], {
    keyType: 'ec',
    notBeforeDate: new Date(Date.now() + startsInDays * DAY_MS),
    notAfterDate: new Date(Date.now() + endsInDays * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [isAddress ? { type: 7, ip: host } : { type: 2, value: host }] },
    ],
  });
  return { cert: made.cert, key: made.private };
}
