import { expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { setTimeout as pause } from 'node:timers/promises';
import { createWatchedTenants } from './watched-tenants.js';

it('a tenant is believed to be watched for a while after it was said, and longer where it is said again', async () => {
  const watched = createWatchedTenants(300);
  const [left, stays] = [newUuid(), newUuid()];
  watched.heard(left);
  watched.heard(stays);
  expect(watched.ids()).toEqual([left, stays]);
  while (watched.has(left)) {
    watched.heard(stays);
    await pause(20);
  }
  watched.heard(stays);
  expect([watched.has(stays), watched.isAny(), watched.ids()]).toEqual([true, true, [stays]]);
});

it('nobody is watched before it was said, and nothing but ids of tenants is taken for it', () => {
  const watched = createWatchedTenants();
  for (const payload of ['', '*', 'ten_01h455vb4pex5vsknk084sn02q']) watched.heard(payload);
  expect([watched.isAny(), watched.has(newUuid()), watched.ids()]).toEqual([false, false, []]);
});

it('all are forgotten when the process stops', () => {
  const watched = createWatchedTenants();
  watched.heard(newUuid());
  watched.forget();
  expect(watched.isAny()).toBe(false);
});
