import { createTransport } from 'nodemailer';

export interface Message {
  to: string;
  subject: string;
  text: string;
}

/** Hands messages to the SMTP server. */
export interface Mailer {
  /** @throws Error where the server did not take the message */
  send(message: Message): Promise<void>;
  close(): void;
}

/** Somebody waits for the answer of the request that sends it. */
const TIMEOUT_MS = 5_000;

export function createMailer({ smtpUrl, from }: { smtpUrl: string; from: string }): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // What a message is made of comes from people: it must not name files or addresses to be read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async (message) => {
      await transport.sendMail({ from, ...message });
    },
    close: () => transport.close(),
  };
}
