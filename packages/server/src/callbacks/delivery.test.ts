import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeferred } from '@rotunda/base';
import { readCallback, signBody } from '@rotunda/protocol/callbacks';
import { PartlyRevivedError } from '../store/errors.ts';
import type { OutboxStore } from '../store/outbox-port.ts';
import { Portions } from '../store/outbox.contract.ts';
import type { Callbacks } from './callbacks.ts';
import { APP, DeliveryWorld, OTHER_APP } from './delivery-world.contract.ts';
import type { Post, PostOutcome, Sender } from './sender.ts';

/** A receiver in the test's hand. */
class FakeReceiver implements Sender {
  readonly posts: (Post & { readonly id: string; readonly at: number })[] = [];
  answer: (id: string, post: Post) => PostOutcome | Promise<PostOutcome> = () => ({ ok: true, status: 200 });
  active = 0;
  mostActive = 0;
  readonly #now: () => number;
  readonly #closing = createDeferred<PostOutcome>();

  constructor(now: () => number) {
    this.#now = now;
  }

  async post(post: Post): Promise<PostOutcome> {
    const id = post.headers['X-Rotunda-Event-Id'] ?? '';
    this.posts.push({ ...post, id, at: this.#now() });
    this.mostActive = Math.max(this.mostActive, ++this.active);
    try {
      return await Promise.race([this.answer(id, post), this.#closing.promise]);
    } finally {
      this.active--;
    }
  }

  close(): void {
    this.#closing.resolve({ ok: false, error: 'closed' });
  }

  get ids(): string[] {
    return this.posts.map(({ id }) => id);
  }

  /** Seconds after the start at which that one was tried. */
  times(id: string, since: number): number[] {
    return this.posts.flatMap((post) => (post.id === id ? [(post.at - since) / 1000] : []));
  }
}

const REFUSED: PostOutcome = { ok: false, error: 'ECONNREFUSED' };
const OK: PostOutcome = { ok: true, status: 200 };
const app = { sdkAppId: APP, url: 'http://receiver/', key: 'secret', retry: 'trtc' } as const;
const other = { ...app, sdkAppId: OTHER_APP, url: 'http://other/' };

let world: DeliveryWorld;
let receiver: FakeReceiver;
let callbacks: Callbacks | null;
beforeEach(async () => {
  world = await new DeliveryWorld().open();
  receiver = new FakeReceiver(() => world.clock.now());
  callbacks = null;
});
afterEach(async () => {
  await callbacks?.close();
  expect(world.clock.pending, 'no timer is left').toBe(0);
  await world.close();
});

async function start(apps: readonly (typeof app | typeof other)[] = [app], outbox?: OutboxStore) {
  callbacks = world.callbacks(apps, receiver, outbox);
  await callbacks.start();
  await world.pass();
  return callbacks;
}

describe('delivery', () => {
  it('posts what waited for the start and what comes, and forgets it', async () => {
    await world.add(['e1']);
    const it = await start();
    await world.add(['e2', 'e3']);
    it.wake([APP, OTHER_APP]);
    await world.pass();
    expect(receiver.ids).toEqual(['e1', 'e2', 'e3']);
    expect(await world.waiting()).toEqual([]);
    expect(world.results).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('sends what was stored, with time and signature of each attempt', async () => {
    await world.add(['e1']);
    receiver.answer = () => REFUSED;
    await start();
    await world.pass(10_000);
    expect(receiver.posts).toHaveLength(3);
    for (const { headers, body, url, at } of receiver.posts) {
      expect(url).toBe('http://receiver/');
      const text = Buffer.from(body).toString();
      expect(text).toBe(`{"EventGroupId":1,"EventType":101,"EventInfo":{"RoomId":"e1"},"CallbackTs":${at}}`);
      expect(headers).toEqual({
        'Content-Type': 'application/json',
        SdkAppId: String(APP),
        Sign: signBody('secret', body),
        'X-Rotunda-Event-Id': 'e1',
        'X-Rotunda-Room-Version': '1',
      });
    }
    expect(new Set(receiver.posts.map(({ headers }) => headers['Sign'])).size).toBe(2);
  });

  it('does not sign without a key, and names no version where there is none', async () => {
    await world.add(['e1'], { version: null });
    callbacks = world.callbacks([{ ...app, key: undefined }], receiver);
    await callbacks.start();
    await world.pass();
    expect(Object.keys(receiver.posts[0]?.headers ?? {})).toEqual([
      'Content-Type',
      'SdkAppId',
      'X-Rotunda-Event-Id',
    ]);
  });

  it.each([
    ['trtc', [0, 0, 10, 20, 30, 40, 50, 60]],
    ['long', [0, 0, 10, 30, 70, 150, 310, 630]],
  ] as const)('tries on the schedule %s while it fails', async (retry, times) => {
    await world.add(['e1']);
    receiver.answer = () => ({ ok: true, status: 500 });
    callbacks = world.callbacks([{ ...app, retry }], receiver);
    await callbacks.start();
    await world.pass(700_000, 10_000);
    expect(receiver.times('e1', world.startedAt)).toEqual(times);
    expect(await world.dead()).toEqual(retry === 'trtc' ? ['e1'] : []);
  });

  it.each([201, 204, 301, 302, 307, 400, 404, 503])('takes no %i for a delivery', async (status) => {
    await world.add(['e1']);
    receiver.answer = () => ({ ok: true, status });
    await start();
    expect(receiver.posts).toHaveLength(2);
    expect(await world.waiting()).toEqual(['e1']);
  });

  it('keeps the order of a room, and lets no room wait for another', async () => {
    await world.add(['a1', 'a2']);
    await world.add(['b1', 'b2'], { room: 'b' });
    receiver.answer = (id) => (id === 'a1' ? REFUSED : OK);
    await start();
    expect(receiver.ids.filter((id) => id !== 'a1')).toEqual(['b1', 'b2']);
    receiver.answer = () => OK;
    await world.pass(10_000);
    expect(receiver.ids.slice(-2)).toEqual(['a1', 'a2']);
    expect(await world.waiting()).toEqual([]);
  });

  it('makes dead letters in order, and delivers these in order when they are replayed', async () => {
    await world.add(['e1', 'e2']);
    receiver.answer = () => REFUSED;
    const it = await start();
    await world.pass(30_000);
    await world.add(['e3']);
    it.wake([APP]);
    await world.pass(120_000);
    expect(await world.dead()).toEqual(['e1', 'e2', 'e3']);
    const letters = await it.deadLetters({ sdkAppId: APP, after: 0, limit: 2 });
    expect(letters).toMatchObject([
      { id: 'e1', attempts: 8, error: 'ECONNREFUSED', deadAt: world.startedAt + 60_000 },
      { id: 'e2', attempts: 2 },
    ]);
    // e3 had not waited for a minute when its turn came.
    expect(receiver.times('e3', world.startedAt)).toEqual([60, 60, 70, 80, 90]);
    receiver.answer = () => OK;
    receiver.posts.length = 0;
    await world.add(['e4']);
    expect(await it.replay({ sdkAppId: APP, ids: ['e2'] })).toBe(1);
    await world.pass();
    expect(await it.replay({ sdkAppId: APP })).toBe(2);
    await world.pass();
    expect(receiver.ids).toEqual(['e2', 'e4', 'e1', 'e3']);
    expect([await world.dead(), await world.waiting()]).toEqual([[], []]);
  });

  it('keeps what waits for an app that has lost its receiver as dead letters, until it has one again', async () => {
    await world.add(['o1', 'o2'], { sdkAppId: OTHER_APP });
    const without = await start([app]);
    expect(receiver.ids).toEqual([]);
    expect(await world.waiting(OTHER_APP)).toEqual([]);
    const letters = await without.deadLetters({ sdkAppId: OTHER_APP, after: 0, limit: 9 });
    expect(letters).toMatchObject([
      { id: 'o1', attempts: 0, error: 'no receiver is set', deadAt: world.startedAt },
      { id: 'o2' },
    ]);
    expect(await without.replay({ sdkAppId: OTHER_APP })).toBeNull();
    expect(await world.dead(OTHER_APP)).toEqual(['o1', 'o2']);
    await without.close();
    receiver = new FakeReceiver(() => world.clock.now());
    const back = await start([app, other]);
    expect(await back.replay({ sdkAppId: OTHER_APP })).toBe(2);
    await world.pass();
    expect(receiver.ids).toEqual(['o1', 'o2']);
  });

  it('replays before what waits already, and twice nothing', async () => {
    await world.add(['e1']);
    receiver.answer = () => REFUSED;
    const it = await start();
    await world.pass(60_000);
    await world.add(['e2', 'e3']);
    it.wake([APP]);
    await world.pass();
    // e2 is between two attempts.
    await it.replay({ sdkAppId: APP });
    await world.pass();
    receiver.answer = () => OK;
    receiver.posts.length = 0;
    await world.pass(20_000);
    expect(receiver.ids).toEqual(['e2', 'e1', 'e3']);
  });

  it('keeps the order of each room while dead letters come back in portions and others are delivered', async () => {
    const rooms = Array.from({ length: 16 }, (_, n) => `r${n}`);
    const inEach = (name: string) => rooms.map((room) => ({ id: `${name}-${room}`, room }));
    const old = Array.from({ length: 132 }, (_, n) => inEach(`dead${n}`)).flat();
    const [underWay, waiting, unread] = [inEach('underWay'), inEach('waiting'), inEach('unread')];
    await world.addAll(old);
    await world.outbox.abandon({ except: [], at: world.clock.now(), error: 'no receiver is set' });
    await world.addAll([...underWay, ...waiting]);
    const taken = createDeferred<PostOutcome>();
    receiver.answer = (id) => (id.startsWith('underWay') ? taken.promise : OK);
    const portions = new Portions(async () => {
      taken.resolve(OK);
      const limit = 5_000;
      const [back] = await Promise.all([
        world.outbox.waiting({ sdkAppId: APP, after: 0, limit }),
        world.addAll(unread).then(() => it.wake([APP])),
      ]);
      return back.length;
    });
    const watched = world.outboxSeenBy(portions);
    const revive: OutboxStore['revive'] = (which) => watched.revive(which);
    const it = await start([app], { ...bound(world.outbox), revive });
    expect(receiver.ids.toSorted()).toEqual(underWay.map(({ id }) => id).toSorted());

    expect(await it.replay({ sdkAppId: APP })).toBe(old.length);
    expect([portions.sizes, await portions.meanwhile]).toEqual([[1_000, 1_000, 112], 1_032]);
    const inOrder = [...underWay, ...old, ...waiting, ...unread];
    await expect.poll(() => receiver.posts.length, { timeout: 15_000 }).toBe(inOrder.length);
    for (const of of rooms) {
      const mine = inOrder.flatMap(({ id, room }) => (room === of ? [id] : []));
      expect(receiver.ids.filter((id) => mine.includes(id))).toEqual(mine);
    }
    await world.pass();
    expect(await world.outbox.backlog()).toMatchObject({ waiting: 0, dead: 0 });
  }, 30_000);

  it('delivers in order what a replay has brought back before it failed, and the others by the next one', async () => {
    let failing = true;
    const real = world.outbox;
    const outbox: OutboxStore = {
      ...bound(real),
      revive: async ({ sdkAppId, ids }) => {
        if (!failing) return real.revive({ sdkAppId, ...(ids && { ids }) });
        throw new PartlyRevivedError(await real.revive({ sdkAppId, ids: ['e1', 'e2'] }), new Error('gone'));
      },
    };
    await world.add(['e1', 'e2', 'e3']);
    await world.outbox.abandon({ except: [], at: world.clock.now(), error: 'no receiver is set' });
    const it = await start([app], outbox);
    await expect(it.replay({ sdkAppId: APP })).rejects.toMatchObject({ revived: 2 });
    await world.pass();
    expect(receiver.ids).toEqual(['e1', 'e2']);
    failing = false;
    expect(await it.replay({ sdkAppId: APP })).toBe(1);
    await world.pass();
    expect(receiver.ids).toEqual(['e1', 'e2', 'e3']);
  });

  it('gives no time to what fails by replays that bring nothing back', async () => {
    await world.add(['e1']);
    receiver.answer = () => REFUSED;
    const it = await start();
    await world.pass(40_000);
    expect(await it.replay({ sdkAppId: APP })).toBe(0);
    await world.pass(20_000);
    expect(await world.dead()).toEqual(['e1']);
    expect(receiver.times('e1', world.startedAt)).toEqual([0, 0, 10, 20, 30, 40, 50, 60]);
  });

  it('gives replayed ones all their time again', async () => {
    await world.add(['e1']);
    receiver.answer = () => REFUSED;
    const it = await start();
    await world.pass(3_600_000, 10_000);
    receiver.posts.length = 0;
    const since = world.clock.now();
    await it.replay({ sdkAppId: APP });
    await world.pass(120_000);
    expect(receiver.times('e1', since)).toEqual([0, 0, 10, 20, 30, 40, 50, 60]);
  });

  it('gives all its time to what waited while no server ran', async () => {
    await world.add(['e1']);
    world.clock.advance(3_600_000);
    receiver.answer = () => REFUSED;
    await start();
    await world.pass(50_000);
    receiver.answer = () => OK;
    await world.pass(10_000);
    expect(world.results.at(-1)).toBe('delivered');
  });

  it('is not slowed by a dead receiver of another app, and holds few of its posts', async () => {
    const rooms = Array.from({ length: 40 }, (_, n) => `r${n}`);
    for (const room of rooms) await world.add([`dead-${room}`], { room, sdkAppId: OTHER_APP });
    receiver.answer = (_id, { url }) => (url === other.url ? new Promise(() => undefined) : OK);
    const it = await start([other, app]);
    expect(receiver.active).toBe(16);
    for (const room of rooms) await world.add([`ok-${room}`], { room });
    it.wake([APP]);
    await world.pass();
    expect(receiver.ids.filter((id) => id.startsWith('ok-'))).toHaveLength(40);
  });

  it('delivers thousands of one room in order, though it holds few at a time', async () => {
    const ids = Array.from({ length: 1_300 }, (_, n) => `e${n}`);
    await world.add(ids.slice(0, 700));
    const it = await start();
    await world.add(ids.slice(700));
    it.wake([APP]);
    await expect.poll(() => receiver.posts.length, { timeout: 15_000 }).toBe(1_300);
    await world.pass();
    expect(receiver.ids).toEqual(ids);
    expect(await world.waiting()).toEqual([]);
  });

  it('loses and repeats nothing while the store fails', async () => {
    let broken = false;
    const real = world.outbox;
    const flaky: OutboxStore = {
      ...bound(real),
      waiting: (query) => (broken ? Promise.reject(new Error('gone')) : real.waiting(query)),
      settle: (settlement) => (broken ? Promise.reject(new Error('gone')) : real.settle(settlement)),
    };
    await world.add(['e1', 'e2']);
    await world.add(['b1'], { room: 'b' });
    receiver.answer = () => {
      broken = true;
      return OK;
    };
    const it = await start([app], flaky);
    await world.add(['e3']);
    it.wake([APP]);
    await world.pass(5_000);
    expect(receiver.ids.toSorted()).toEqual(['b1', 'e1']);
    broken = false;
    receiver.answer = () => OK;
    await world.pass(2_000);
    expect(receiver.ids.slice(2)).toEqual(['e2', 'e3']);
    expect(await world.waiting()).toEqual([]);
  });

  it('does not deliver again what is delivered while it reads what waits', async () => {
    const real = world.outbox;
    const answers: (() => void)[] = [];
    let slow = false;
    const outbox: OutboxStore = {
      ...bound(real),
      waiting: async (query) => {
        const page = await real.waiting(query);
        // The answer of a database far away: what was delivered meanwhile still waits in it.
        if (slow) await new Promise<void>((resolve) => answers.push(resolve));
        return page;
      },
    };
    await world.add(['e1']);
    receiver.answer = () => REFUSED;
    const it = await start([app], outbox);
    await world.pass(61_000);
    expect(await world.dead()).toEqual(['e1']);
    receiver.posts.length = 0;
    const taken = createDeferred<PostOutcome>();
    receiver.answer = (id) => (id === 'e2' ? taken.promise : OK);
    await world.add(['e2']);
    it.wake([APP]);
    await world.pass();
    slow = true;
    await it.replay({ sdkAppId: APP });
    await world.pass();
    taken.resolve(OK);
    await world.pass();
    receiver.answer = () => OK;
    slow = false;
    for (const end of answers) end();
    await world.pass();
    expect(receiver.ids).toEqual(['e2', 'e1']);
    expect(await world.waiting()).toEqual([]);
  });

  it('remembers what was taken in the moment in which it closes', async () => {
    await world.add(['e1']);
    const taken = createDeferred<PostOutcome>();
    receiver.answer = () => taken.promise;
    const it = await start();
    taken.resolve(OK);
    await it.close();
    expect(await world.waiting()).toEqual([]);
  });

  it('stands still while another server may deliver, and goes on with what that one has left', async () => {
    await world.add(['e1', 'e2', 'e3', 'e4']);
    await world.add(['b1'], { room: 'b' });
    receiver.answer = () => REFUSED;
    await start();
    world.ours = false;
    receiver.posts.length = 0;
    receiver.answer = () => OK;
    await world.pass(20_000);
    expect(receiver.ids).toEqual([]);
    await world.outbox.settle({ delivered: ['e1', 'e3'], dead: [] });
    world.ours = true;
    await world.pass(2_000);
    expect(receiver.ids.toSorted()).toEqual(['b1', 'e2', 'e4']);
    expect(await world.waiting()).toEqual([]);
  });

  it('goes on after a restart where it was cut off', async () => {
    await world.add(['e1', 'e2', 'e3']);
    receiver.answer = (id) => (id === 'e2' ? new Promise(() => undefined) : OK);
    const first = await start();
    await first.close();
    receiver = new FakeReceiver(() => world.clock.now());
    await start();
    expect(receiver.ids).toEqual(['e2', 'e3']);
  });

  it('tries a receiver past everything that waits, and says what came of it', async () => {
    await world.add(['e1']);
    receiver.answer = (id) => (id === 'e1' ? REFUSED : { ok: true, status: 404 });
    const it = await start();
    const outcome = await it.test(APP);
    expect(outcome).toMatchObject({ ok: true, status: 404, url: app.url, took: 0 });
    expect(readCallback(JSON.parse(outcome?.body ?? ''))).toMatchObject({ EventType: 101 });
    expect(receiver.posts.at(-1)).toMatchObject({ id: 'test/new' });
    expect(await it.test(OTHER_APP)).toBeNull();
    receiver.answer = () => OK;
    expect(await it.test(APP)).toMatchObject({ ok: true, status: 200 });
    const pair = receiver.posts
      .slice(-2)
      .map(({ body }) => readCallback(JSON.parse(Buffer.from(body).toString())));
    const RoomId = 'rotunda-callback-test';
    expect(pair).toMatchObject([
      { EventType: 101, EventInfo: { RoomId, UserId: 'rotunda-test' } },
      { EventType: 102, EventInfo: { RoomId } },
    ]);
    expect(await world.waiting()).toEqual(['e1']);
  });
});

function bound(outbox: OutboxStore): OutboxStore {
  return {
    waiting: (query) => outbox.waiting(query),
    backlog: () => outbox.backlog(),
    settle: (settlement) => outbox.settle(settlement),
    deadLetters: (query) => outbox.deadLetters(query),
    revive: (query) => outbox.revive(query),
    abandon: (query) => outbox.abandon(query),
  };
}
