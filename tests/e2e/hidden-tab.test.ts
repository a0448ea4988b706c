import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased, inCall, presenceOf } from './support/expectations.ts';
import { SignalProxy } from './support/signal-proxy.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

/**
 * Ten hidden minutes, sooner: as many heartbeats as in ten minutes, and page timers that wake up less often than the
 * server waits, as once a minute is less often than every fifteen seconds.
 */
const TIMERS = { heartbeat: 30, linkDead: 1_500, giveUp: 3_000 };
const HEARTBEATS_IN_TEN_MINUTES = 300;
const TIMER_SLOT_MS = 5_000;

let stage: Stage;
let proxy: SignalProxy;
beforeAll(async () => {
  stage = await Stage.open({ timers: TIMERS });
  proxy = await SignalProxy.open(stage.serverUrl);
});
afterEach(() => stage.clear());
afterAll(async () => {
  await proxy?.close();
  await stage?.close();
});

describe('a tab that nobody has looked at for ten minutes', () => {
  it('is still in the room, still heard and seen, and still told of its removal', async () => {
    const room = stage.room();
    const alice = await stage.user('alice', { via: proxy.url });
    const bob = await stage.user('bob');
    await inCall(room, [alice, bob]);
    const [aliceMark, bobMark] = [await alice.last(), await bob.last()];
    await alice.hide(TIMER_SLOT_MS);
    const start = proxy.pings;
    await until('ten minutes of heartbeats', () => proxy.pings - start >= HEARTBEATS_IN_TEN_MINUTES, {
      timeoutMs: 60_000,
    });
    expect(await presenceOf(bob, 'alice', bobMark)).toEqual([]);
    const names = (await alice.since(aliceMark)).map(({ name }) => name);
    expect(names).not.toContain('onConnectionLost');
    await bob.sees('alice');

    await stage.api.removeUser(room, 'alice');
    await expectReleased(alice, 1);
  });
});
