import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

/** What a name server says: an IPv4 address, that there is no such name, or nothing at all. */
export type NameAnswer = { address: string } | 'nxdomain' | 'silence';

/** The name server of a customer's domain, on loopback. Every name under it has the same answer. */
export interface DnsServer {
  /** As the setting DNS_SERVERS takes it. */
  readonly address: string;
  questionCount(): number;
  /** Changes what it says, from the next question on. */
  answerWith(answer: NameAnswer): void;
  stop(): Promise<void>;
}

const HEADER_BYTES = 12;
const TYPE_A = 1;
const RESPONSE_FLAGS = { ok: 0x8180, nxdomain: 0x8183 };
/** No caching: a test changes the answer and wants to see it. */
const TTL_SECONDS = 0;

export async function startDnsServer(first: NameAnswer): Promise<DnsServer> {
  let answer = first;
  let questions = 0;
  const socket = createSocket('udp4');
  socket.on('message', (message: Buffer, from: RemoteInfo) => {
    questions += 1;
    if (answer !== 'silence') socket.send(response(message, answer), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questionCount: () => questions,
    answerWith: (next) => (answer = next),
    stop: () => new Promise((resolve) => socket.close(resolve)),
  };
}

/** The question repeated, and one A record where there is one; a question for another type has an empty answer. */
function response(query: Buffer, answer: Exclude<NameAnswer, 'silence'>): Buffer {
  const question = query.subarray(HEADER_BYTES, endOfQuestion(query));
  const type = question.readUInt16BE(question.length - 4);
  const records = answer !== 'nxdomain' && type === TYPE_A ? [addressRecord(answer.address)] : [];
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(query.readUInt16BE(0), 0);
  header.writeUInt16BE(answer === 'nxdomain' ? RESPONSE_FLAGS.nxdomain : RESPONSE_FLAGS.ok, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

/** The name's labels end with an empty one; type and class follow, two bytes each. */
function endOfQuestion(query: Buffer): number {
  let at = HEADER_BYTES;
  while (query[at]) at += (query[at] ?? 0) + 1;
  return at + 5;
}

function addressRecord(address: string): Buffer {
  const record = Buffer.alloc(16);
  // A pointer to the name in the question.
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(TTL_SECONDS, 6);
  record.writeUInt16BE(4, 10);
  for (const [index, octet] of address.split('.').entries()) record.writeUInt8(Number(octet), 12 + index);
  return record;
}
