import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/** What is said of one family: its addresses, or nothing at all, ever. Left out: the name has none of that family. */
type FamilyAnswer = string[] | 'silent';

/** What is said of a name. `after_ms` is how long the answer takes. */
export type DnsAnswer =
  { a?: FamilyAnswer; aaaa?: FamilyAnswer; after_ms?: number } | 'nxdomain' | 'servfail' | 'silent';

/** A real name server on a UDP port of loopback, as bad as a test wants it. */
export interface DnsServer {
  /** `ip:port`, as DNS_SERVERS takes it. */
  address: string;
  /** Answers to a name, one for each time that it is asked for; the last one stays. A name without any: `nxdomain`. */
  answer(name: string, ...answers: DnsAnswer[]): void;
  /** All questions so far, as `name A` or `name AAAA`. */
  asked: string[];
  stop(): Promise<void>;
}

const RESPONSE_CODES = { noerror: 0, servfail: 2, nxdomain: 3 } as const;
const HEADER_BYTES = 12;
const TYPE_A = 1;
const TTL_SECONDS = 1;

export async function startDnsServer(): Promise<DnsServer> {
  const answers = new Map<string, DnsAnswer[]>();
  const asked: string[] = [];
  const turns = new Map<string, number>();
  let stopped = false;
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, isA, questionEnd } = readQuestion(query);
    const question = `${name} ${isA ? 'A' : 'AAAA'}`;
    const turn = turns.get(question) ?? 0;
    turns.set(question, turn + 1);
    asked.push(question);
    const known = answers.get(name) ?? ['nxdomain'];
    const answer = known[Math.min(turn, known.length - 1)] as DnsAnswer;
    const response = respond(query.subarray(0, questionEnd), answer, isA);
    const send = () => stopped || response === null || socket.send(response, port, address);
    if (typeof answer === 'object' && answer.after_ms !== undefined) setTimeout(send, answer.after_ms).unref();
    else send();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    answer: (name, ...given) => void answers.set(name, given),
    asked,
    stop: async () => {
      stopped = true;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

/** RFC 1035, section 4.1.2: labels with their lengths before them, an empty one at the end, type, class. */
function readQuestion(query: Buffer): { name: string; isA: boolean; questionEnd: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), isA: query.readUInt16BE(at + 1) === TYPE_A, questionEnd: at + 5 };
}

/** @param question the query up to the end of its question: what may follow it (EDNS) is not answered */
function respond(question: Buffer, answer: DnsAnswer, isA: boolean): Buffer | null {
  if (answer === 'silent') return null;
  if (answer === 'nxdomain' || answer === 'servfail') return message(question, RESPONSE_CODES[answer], []);
  const addresses = (isA ? answer.a : answer.aaaa) ?? [];
  return addresses === 'silent' ? null : message(question, RESPONSE_CODES.noerror, addresses.map(record));
}

function message(question: Buffer, responseCode: number, records: Buffer[]): Buffer {
  const head = Buffer.from(question);
  // A response, recursion asked for and available.
  head.writeUInt16BE(0x8180 | responseCode, 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...records]);
}

function record(address: string): Buffer {
  const data = isIPv6(address) ? ipv6Bytes(address) : Buffer.from(address.split('.').map(Number));
  const head = Buffer.alloc(HEADER_BYTES);
  // The name is the one in the question, 12 bytes into the message.
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(data.length === 4 ? TYPE_A : 28, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(TTL_SECONDS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function ipv6Bytes(address: string): Buffer {
  // The parser of URLs writes an embedded IPv4 address as two groups.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const zeros = Array<number>(8 - groups(head).length - groups(tail).length).fill(0);
  const bytes = Buffer.alloc(16);
  [...groups(head), ...zeros, ...groups(tail)].forEach((group, index) => bytes.writeUInt16BE(group, index * 2));
  return bytes;
}
