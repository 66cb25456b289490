import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId, uuidTimestampMs } from '@switchboard/shared';
import { connect } from 'node:net';
import { once } from 'node:events';
import { Agent, request } from 'undici';
import { startBenchProcess, type BenchProcess } from '../processes/bench-process.js';
import { eventTimeMs } from './event-time.js';
import type { SinkCommands } from './sink.js';

const agent = new Agent();
let sink: BenchProcess<SinkCommands>;
let ports: number[];

beforeAll(async () => {
  sink = startBenchProcess<SinkCommands>('sink/main');
  ports = await sink.call('listen', { ports: 2 });
});
afterAll(async () => {
  await agent.close();
  await sink.stop();
});
beforeEach(() => sink.call('answerWith', { status: 200, delay_ms: 0 }));

const newEventId = () => toPublicId('event', newUuid());

async function post(id: string, endpoint = 0) {
  const url = `http://127.0.0.1:${ports[endpoint]}/hook`;
  const answer = await request(url, { method: 'POST', headers: { 'Webhook-Id': id }, body: 'x', dispatcher: agent });
  return { status: answer.statusCode, body: await answer.body.text() };
}

async function change(work: () => Promise<unknown>) {
  const before = await sink.call('read', undefined);
  await work();
  const after = await sink.call('read', undefined);
  const of = (name: 'posts' | 'unique' | 'duplicates' | 'refused') => after[name] - before[name];
  return { posts: of('posts'), unique: of('unique'), duplicates: of('duplicates'), refused: of('refused') };
}

describe('the sink', () => {
  it('counts an id once for each endpoint, and knows a second POST of it', async () => {
    const id = newEventId();
    const counted = await change(async () => {
      expect(await post(id)).toEqual({ status: 200, body: 'ok' });
      await post(id);
      await post(id, 1);
    });
    expect(counted).toEqual({ posts: 3, unique: 2, duplicates: 1, refused: 0 });
  });

  it('counts what it refuses neither as arrived nor, when it comes again, as twice', async () => {
    const id = newEventId();
    const counted = await change(async () => {
      await sink.call('answerWith', { status: 503, delay_ms: 0 });
      expect((await post(id)).status).toBe(503);
      await sink.call('answerWith', { status: 200, delay_ms: 0 });
      await post(id);
    });
    expect(counted).toEqual({ posts: 2, unique: 1, duplicates: 0, refused: 1 });
  });

  it('still knows after a mark what came before it', async () => {
    const id = newEventId();
    await post(id);
    await sink.call('mark', undefined);
    expect(await change(() => post(id))).toMatchObject({ unique: 0, duplicates: 1 });
    await post(newEventId());
    const { since_mark } = await sink.call('read', undefined);
    expect(since_mark).toMatchObject({ unique: 1, latency: { count: 1 } });
    expect(since_mark.first_at_ms).toBe(since_mark.last_at_ms);
  });

  it('answers a GET with how many have arrived', async () => {
    const count = async () => {
      const answer = await request(`http://127.0.0.1:${ports[1]}/`, { dispatcher: agent });
      return Number(await answer.body.text());
    };
    const before = await count();
    await post(newEventId());
    expect(await count()).toBe(before + 1);
  });

  it('takes a request that comes in pieces, and two that come as one', async () => {
    const requestOf = (id: string) => `POST / HTTP/1.1\r\nWebhook-Id: ${id}\r\nContent-Length: 4\r\n\r\nbody`;
    const text = [newEventId(), newEventId(), newEventId()].map(requestOf).join('');
    const counted = await change(async () => {
      const socket = connect({ host: '127.0.0.1', port: ports[0] as number, noDelay: true });
      let answers = '';
      for (let at = 0; at < text.length; at += 90) socket.write(text.slice(at, at + 90));
      while (answers.split('ok').length < 4) answers += String((await once(socket, 'data'))[0]);
      socket.destroy();
    });
    expect(counted).toEqual({ posts: 3, unique: 3, duplicates: 0, refused: 0 });
  });

  it('reads the millisecond of an event off its id', () => {
    const uuid = newUuid();
    expect(eventTimeMs(toPublicId('event', uuid))).toBe(uuidTimestampMs(uuid));
    expect(eventTimeMs('raw_1')).toBeNull();
  });
});

describe('a process of the benchmark', () => {
  it('that cannot do what it is asked says why', async () => {
    await expect(sink.call('nonsense' as never, undefined as never)).rejects.toThrow('could not do "nonsense"');
  });

  it('that has ended fails every call instead of leaving it waiting', async () => {
    const ended = startBenchProcess<SinkCommands>('sink/main');
    await ended.stop();
    await expect(ended.call('count', undefined)).rejects.toThrow('sink/main could not do "count"');
  });
});
