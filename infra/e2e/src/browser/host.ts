import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Another company's web site. It ends with the process that started it. */
export interface Host {
  origin: string;
  /** The address of its page that shows `url` in a frame. */
  showing(url: string): string;
}

export async function startHost(): Promise<Host> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost').searchParams.get('show');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><head><title>Acme’s own page</title><link rel="icon" href="data:,"></head><body>
      <h1>Acme</h1>${url ? `<iframe title="Integrations" width="1000" height="700" src="${escaped(url)}"></iframe>` : ''}</body></html>`);
  });
  server.listen({ host: 'localhost', port: 0 });
  await once(server, 'listening');
  server.unref();
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return { origin, showing: (url) => `${origin}/?show=${encodeURIComponent(url)}` };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
