import { Failure } from '../failure.js';
import { formatDuration, formatTime, type Terminal } from '../text/terminal.js';
import { waitUntil } from '../waiting.js';
import { createApiClient, expectStatus, type ApiClient } from './api-client.js';
import { signatureProblem, type DemoReceiver, type ReceivedWebhook } from './receiver.js';
import type { DemoTenant } from './tenant.js';

export interface StoryDeps {
  terminal: Terminal;
  apiUrl: string;
  tenant: DemoTenant;
  receiver: DemoReceiver;
  signal: AbortSignal;
  /** How long a delivery may take before the demo has failed. */
  timeoutMs?: number;
}

interface WebhookBody {
  event: string;
  event_id: string;
  data: { id?: string };
}

interface DeliveryView {
  status: string;
  attempt_count: number;
  last_status_code: number | null;
  last_error: { code: string; message: string } | null;
}

const CUSTOMER = { name: 'Ada Lovelace', phone: '+442079460000', email: 'ada@example.com' };
const DELIVERY_TIMEOUT_MS = 30_000;
const DAY_MS = 86_400_000;

/**
 * Books an appointment over HTTP and waits for its webhook, telling each step in plain words.
 *
 * @throws Failure with the reason, as far as the API knows it, where the delivery does not arrive or does not verify
 */
export async function tellDemoStory(deps: StoryDeps): Promise<void> {
  const { terminal, apiUrl, tenant, receiver } = deps;
  const received: ReceivedWebhook[] = [];
  // The webhook may be here before the answer to the booking has been read.
  const stopListening = receiver.onWebhook((webhook) => received.push(webhook));
  try {
    terminal.heading('What happens when somebody books an appointment');
    const sentAt = new Date();
    const api = createApiClient(apiUrl, tenant.api_key);
    const appointment = await book(api, terminal, sentAt);
    const webhook = await waitUntil(() => received.find((candidate) => isAbout(candidate, appointment.id)), {
      timeoutMs: deps.timeoutMs ?? DELIVERY_TIMEOUT_MS,
      everyMs: 10,
      signal: deps.signal,
    });
    if (!webhook) throw await missingDelivery(api, appointment.id, deps.timeoutMs ?? DELIVERY_TIMEOUT_MS);
    showDelivery(terminal, webhook, sentAt, tenant.endpoint_secret);
  } finally {
    stopListening();
  }
}

async function book(api: ApiClient, terminal: Terminal, at: Date): Promise<{ id: string }> {
  const startsAt = new Date(Math.ceil((at.getTime() + DAY_MS) / 60_000) * 60_000);
  const booking = {
    customer: CUSTOMER,
    starts_at: startsAt.toISOString(),
    ends_at: new Date(startsAt.getTime() + 30 * 60_000).toISOString(),
  };
  const answer = await api.request<{ id: string }>('POST', '/api/v1/appointments', booking);
  const appointment = expectStatus(answer, 201, 'Booking the demo appointment');
  tell(terminal, at, [
    `A program posts a booking for ${CUSTOMER.name} to POST /api/v1/appointments.`,
    `The API answers ${answer.status} after ${formatDuration(answer.tookMs)}: ${appointment.id} and its event are committed together.`,
  ]);
  return appointment;
}

function showDelivery(terminal: Terminal, webhook: ReceivedWebhook, sentAt: Date, secret: string): void {
  if (!webhook.verified) {
    throw new Failure(`The webhook arrived, but its signature did not verify: ${webhook.problem}.`);
  }
  const { event, event_id } = JSON.parse(webhook.body) as WebhookBody;
  const laterMs = webhook.at.getTime() - sentAt.getTime();
  tell(terminal, webhook.at, [
    `The demo receiver gets the webhook ${event} (${event_id}), ${formatDuration(laterMs)} after the booking was sent.`,
    'The published "standardwebhooks" package verifies its signature: genuine and unchanged.',
  ]);
  const forged = webhook.body.replace(CUSTOMER.name, 'Somebody Else');
  const problem = signatureProblem(secret, forged, webhook.headers);
  if (problem === undefined) throw new Failure('A forged copy of the webhook was verified as genuine.');
  tell(terminal, new Date(), [`A copy with another name in it is refused by the same package: "${problem}".`]);
}

function tell(terminal: Terminal, at: Date, sentences: string[]): void {
  const [first, ...rest] = sentences;
  terminal.line(`  ${terminal.style('dim', formatTime(at))}  ${first}`);
  for (const sentence of rest) terminal.line(`                ${sentence}`);
}

function isAbout(webhook: ReceivedWebhook, appointmentId: string): boolean {
  try {
    const body = JSON.parse(webhook.body) as WebhookBody;
    return body.event === 'appointment.created' && body.data.id === appointmentId;
  } catch {
    return false;
  }
}

/** Asks the API what became of the delivery, so that a person need not. */
async function missingDelivery(api: ApiClient, appointmentId: string, timeoutMs: number): Promise<Failure> {
  const intro = `The webhook about ${appointmentId} did not arrive within ${formatDuration(timeoutMs)}.`;
  const answer = await api.request<DeliveryView[]>('GET', '/api/v1/deliveries?per_page=1').catch(() => undefined);
  const delivery = answer?.data?.[0];
  if (answer?.status !== 200) return new Failure(`${intro} The API did not say why: GET /api/v1/deliveries failed.`);
  if (!delivery) return new Failure(`${intro} No delivery was made of its event: the worker did not fan it out.`);
  const error =
    delivery.last_error?.message ??
    (delivery.last_status_code ? `the receiver answered ${delivery.last_status_code}` : 'no attempt was made');
  return new Failure(
    `${intro} Its delivery is ${delivery.status} after ${delivery.attempt_count} attempts; last error: ${error}.`,
  );
}

/** One line for a webhook that arrives while the stack is up. */
export function announceWebhook(terminal: Terminal, webhook: ReceivedWebhook): void {
  const event = terminal.style('bold', eventOf(webhook.body));
  const verdict = webhook.verified ? 'signature verified' : `refused: ${webhook.problem}`;
  terminal.line(`  ${terminal.style('dim', formatTime(webhook.at))}  The demo receiver got ${event}, ${verdict}.`);
}

function eventOf(body: string): string {
  try {
    return (JSON.parse(body) as WebhookBody).event;
  } catch {
    return 'a request that is no webhook';
  }
}
