import { systemClock } from '@rotunda/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Callbacks } from './callbacks.ts';
import { APP, DeliveryWorld } from './delivery-world.contract.ts';
import { RECEIVER_KEY, Receiver, type Mood } from './receiver.contract.ts';
import { HttpSender, type Sender } from './sender.ts';

let world: DeliveryWorld;
let receiver: Receiver;
let callbacks: Callbacks;
/** Posts under way. */
let posting = 0;
beforeEach(async () => {
  world = await new DeliveryWorld().open();
  receiver = await new Receiver().listen();
  const app = { sdkAppId: APP, url: receiver.url, key: RECEIVER_KEY, retry: 'trtc' } as const;
  // The sender waits in real time, but less than it would.
  const http = new HttpSender({ clock: systemClock, timeoutMs: 200 });
  const sender: Sender = {
    post: (request) => {
      posting++;
      return http.post(request).finally(() => void posting--);
    },
    close: () => http.close(),
  };
  callbacks = world.callbacks([app], sender);
  await callbacks.start();
});
afterEach(async () => {
  await callbacks.close();
  await receiver.close();
  await world.close();
  expect(receiver.faults).toEqual([]);
});

async function happen(...ids: string[]): Promise<void> {
  for (const id of ids) {
    const info = { RoomId: id, EventTs: 1, EventMsTs: 1_000, UserId: 'ann' };
    const event = JSON.stringify({ EventGroupId: 1, EventType: 101, EventInfo: info });
    await world.add([id], { event });
  }
  callbacks.wake([APP]);
}

/** Ids of what was accepted. */
const accepted = () => receiver.accepted.map(({ EventInfo }) => EventInfo.RoomId);

/** Time goes on, second by second, for as long as it takes; it stands still during posts. */
async function passUntil(done: () => boolean | Promise<boolean>): Promise<void> {
  await expect
    .poll(
      async () => {
        await world.pass(posting > 0 ? 0 : 1_000);
        return done();
      },
      { timeout: 15_000, interval: 1 },
    )
    .toBe(true);
}

describe('a receiver', () => {
  it.each<Mood>(['stalls', 'fails', 'hangs up', 'redirects', 'upgrades'])(
    'that %s for a while gets everything, in order, when it accepts again',
    async (mood) => {
      receiver.mood = mood;
      await happen('e1', 'e2', 'e3');
      await passUntil(() => world.results.filter((result) => result === 'failed').length >= 3);
      expect(accepted()).toEqual([]);
      receiver.mood = 'accepts';
      await passUntil(() => accepted().length === 3);
      expect(accepted()).toEqual(['e1', 'e2', 'e3']);
      expect(world.results).not.toContain('dead');
    },
  );

  it('that is down for minutes gets everything in order, by replay what was too late', async () => {
    await receiver.close();
    await happen('e1', 'e2');
    await passUntil(async () => (await world.dead()).length === 2);
    await happen('e3');
    await passUntil(async () => (await world.dead()).length === 3);
    expect(await world.dead()).toEqual(['e1', 'e2', 'e3']);
    await receiver.listen();
    await happen('e4');
    await passUntil(() => accepted().length === 1);
    expect(await callbacks.replay({ sdkAppId: APP })).toBe(3);
    await passUntil(() => accepted().length === 4);
    expect(accepted()).toEqual(['e4', 'e1', 'e2', 'e3']);
    expect([await world.dead(), await world.waiting()]).toEqual([[], []]);
  });

  it('can be tried, and what came of it is said', async () => {
    expect(await callbacks.test(APP)).toMatchObject({ ok: true, status: 200, url: receiver.url });
    expect(receiver.accepted).toMatchObject([
      { EventType: 101, EventInfo: { UserId: 'rotunda-test' } },
      { EventType: 102, EventInfo: { RoomId: 'rotunda-callback-test' } },
    ]);
    receiver.mood = 'stalls';
    expect(await callbacks.test(APP)).toMatchObject({ ok: false, error: 'no answer within 200 ms' });
    await receiver.close();
    expect(await callbacks.test(APP)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/ECONNREFUSED|hang up|ECONNRESET/),
    });
  });
});
