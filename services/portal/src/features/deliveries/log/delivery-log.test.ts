import { describe, expect, it } from '@jest/globals';
import type { DeliveryView } from '../../../api/types';
import { createDeliveryLog } from './delivery-log';
import type { LoadedPage } from './log-state';

const delivery = (id: string, status: DeliveryView['status'] = 'pending') => ({ id, status }) as DeliveryView;
const page = (ids: string[], next_cursor: string | null = null): LoadedPage => ({
  data: ids.map((id) => delivery(id)),
  meta: { per_page: 50, next_cursor },
});

/** A log whose pages are answered by hand, so that each test decides what comes first. */
function aLog() {
  const asked: { cursor: string | null; answer(page: LoadedPage): void; fail(error: Error): void }[] = [];
  const log = createDeliveryLog({
    rows_before: [delivery('old')],
    matches: () => true,
    fetchPage: (cursor) =>
      new Promise((answer, fail) => {
        asked.push({ cursor, answer, fail });
      }),
  });
  log.start();
  return { log, asked, shown: () => log.snapshot().rows.map(({ id, status }) => `${id} ${status}`) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the log', () => {
  it('shows the rows of the filter before until its own are there', async () => {
    const { log, asked, shown } = aLog();
    expect(log.snapshot().phase).toBe('loading');
    expect(shown()).toEqual(['old pending']);
    asked[0]?.answer(page(['b', 'a']));
    await settled();
    expect(log.snapshot().phase).toBe('ready');
    expect(shown()).toEqual(['b pending', 'a pending']);
  });

  it('believes the stream more than a page that was asked for earlier and answered later', async () => {
    const { log, asked, shown } = aLog();
    log.arrive([delivery('c'), delivery('b', 'succeeded')]);
    asked[0]?.answer(page(['b', 'a']));
    await settled();
    expect(shown()).toEqual(['c pending', 'b succeeded', 'a pending']);
  });

  it('keeps what came while an older page was on its way', async () => {
    const { log, asked, shown } = aLog();
    asked[0]?.answer(page(['d', 'c'], 'after-c'));
    await settled();
    void log.loadOlder();
    void log.loadOlder();
    expect(asked.map(({ cursor }) => cursor)).toEqual([null, 'after-c']);
    log.arrive([delivery('e'), delivery('b', 'dead')]);
    asked[1]?.answer(page(['b', 'a']));
    await settled();
    expect(shown()).toEqual(['e pending', 'd pending', 'c pending', 'b dead', 'a pending']);
  });

  it('drops an older page where the list began anew meanwhile: there would be a hole', async () => {
    const { log, asked, shown } = aLog();
    asked[0]?.answer(page(['d', 'c'], 'after-c'));
    await settled();
    void log.loadOlder();
    log.retry();
    asked[2]?.answer(page(['z', 'y'], 'after-y'));
    await settled();
    asked[1]?.answer(page(['b', 'a']));
    await settled();
    expect(shown()).toEqual(['z pending', 'y pending']);
    expect(log.snapshot()).toMatchObject({ next_cursor: 'after-y', older: 'idle' });
  });

  it('says that it failed and begins again; what is loaded stays through a later failure', async () => {
    const { log, asked, shown } = aLog();
    asked[0]?.fail(new Error('away'));
    await settled();
    expect(log.snapshot().phase).toBe('failed');
    log.retry();
    asked[1]?.answer(page(['a']));
    await settled();
    log.sync();
    asked[2]?.fail(new Error('away'));
    await settled();
    expect(log.snapshot().phase).toBe('ready');
    expect(shown()).toEqual(['a pending']);
  });

  it('lets new ones wait while somebody reads, and shows them when the reading ends', async () => {
    const { log, asked, shown } = aLog();
    asked[0]?.answer(page(['a']));
    await settled();
    log.setReading(true);
    log.arrive([delivery('b')]);
    expect(shown()).toEqual(['a pending']);
    expect(log.snapshot().held).toHaveLength(1);
    log.setReading(false);
    expect(shown()).toEqual(['b pending', 'a pending']);
  });

  it('hears no answer after its end', async () => {
    const { log, asked } = aLog();
    const end = log.start();
    end();
    asked[1]?.answer(page(['a']));
    await settled();
    expect(log.snapshot().phase).toBe('loading');
  });
});
