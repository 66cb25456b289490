import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface Mail {
  to: string[];
  /** Headers and text, with quoted-printable lines put together again. */
  text: string;
}

/** It ends with the process that started it. */
export interface MailServer {
  /** For the setting SMTP_URL. */
  url: string;
  readonly mails: readonly Mail[];
}

/**
 * As much of RFC 5321 as a client needs that has one message to hand over, without encryption. It knows the people of
 * one domain and refuses mail for others, who are then invited by a link as without any mail server.
 */
export async function startMailServer(domain: string): Promise<MailServer> {
  const mails: Mail[] = [];
  const server = createServer((socket) => takeMails(socket, { domain, mails }));
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.unref();
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, mails };
}

function takeMails(socket: Socket, { domain, mails }: { domain: string; mails: Mail[] }): void {
  const answer = (line: string) => socket.write(`${line}\r\n`);
  let to: string[] = [];
  let lines: string[] | undefined;
  const hear = (line: string) => {
    if (lines && line !== '.') return void lines.push(line.replace(/^\.\./, '.'));
    if (lines) {
      mails.push({ to, text: decoded(lines.join('\n')) });
      [to, lines] = [[], undefined];
      return answer('250 Taken');
    }
    const recipient = /^RCPT TO:<([^>]+)>/i.exec(line)?.[1];
    if (recipient && !recipient.endsWith(`@${domain}`)) return answer('550 Nobody of that name');
    if (recipient) to.push(recipient);
    if (/^QUIT/i.test(line)) return void socket.end('221 Bye\r\n');
    if (!/^DATA/i.test(line)) return answer('250 OK');
    lines = [];
    return answer('354 Go on');
  };
  answer('220 mail.example');
  // A client that is gone has said all that it had to say.
  socket.on('error', () => socket.destroy());
  createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY }).on('line', hear);
}

function decoded(message: string): string {
  return message
    .replaceAll(/=\n/g, '')
    .replaceAll(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString());
}
