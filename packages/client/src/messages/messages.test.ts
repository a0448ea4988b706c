import { describe, expect, it } from 'vitest';
import { TRTCCloud } from '../native/cloud.ts';
import { TRTCParams } from '../native/params.ts';
import { FakePlatform } from '../testing/fake-platform.ts';
import { FakeServer } from '../testing/fake-server.ts';

async function user(userId: string, server: FakeServer, role: 20 | 21 = 20) {
  const fake = new FakePlatform(server);
  const cloud = new TRTCCloud(undefined, fake.platform);
  const told: string[] = [];
  cloud.on('onRecvCustomCmdMsg', (from, cmdId, seq, message) =>
    told.push(`${from} ${cmdId}/${seq} ${message}`),
  );
  cloud.on('onMissCustomCmdMsg', (from, cmdId, code, missed) =>
    told.push(`missed ${from} ${cmdId} ${code} ${missed}`),
  );
  const enter = async (): Promise<void> => {
    cloud.enterRoom(new TRTCParams(1400000001, userId, 'ticket', 77, '', role), 1);
    await fake.settle();
  };
  await enter();
  const say = (message: string | Uint8Array, cmdId = 1, reliable = true): boolean =>
    cloud.sendCustomCmdMsg(cmdId, message, reliable, reliable);
  return { fake, cloud, told, say, enter };
}

async function pair() {
  const server = new FakeServer();
  const alice = await user('alice', server);
  const bob = await user('bob', server, 21);
  const settle = async (): Promise<void> => {
    await alice.fake.settle();
    await bob.fake.settle();
  };
  /** Bob's link breaks, is noticed, and comes back after `meanwhile`. */
  const breakLink = async (who: typeof bob, meanwhile: () => void): Promise<void> => {
    who.fake.network.breakAll();
    await settle();
    meanwhile();
    await settle();
    await who.fake.advance(2_000);
  };
  return { server, alice, bob, settle, breakLink };
}

describe('sending', () => {
  it('reaches the audience in order, numbered per cmdId, and not the sender', async () => {
    const { alice, bob, settle } = await pair();
    expect(['a', 'b'].map((text) => alice.say(text))).toEqual([true, true]);
    expect(alice.say('c', 10, false)).toBe(true);
    expect(alice.say('')).toBe(true);
    await settle();
    expect(bob.told).toEqual(['alice 1/1 a', 'alice 1/2 b', 'alice 10/1 c', 'alice 1/3 ']);
    expect(alice.told).toEqual([]);
  });

  it('tells text as it was sent, and bytes as the UTF-8 that they are', async () => {
    const { alice, bob, settle } = await pair();
    const texts = ['grüß dich 👋', '{"a":1}', '\uFEFFwith a mark\0'];
    for (const text of texts) alice.say(text);
    for (const text of texts) alice.say(new TextEncoder().encode(text), 2);
    alice.say(Uint8Array.of(0x61, 0xff, 0xc3, 0x62), 3);
    await settle();
    expect(bob.told).toEqual([
      ...texts.map((text, index) => `alice 1/${index + 1} ${text}`),
      ...texts.map((text, index) => `alice 2/${index + 1} ${text}`),
      'alice 3/1 a\uFFFD\uFFFDb',
    ]);
  });

  it('refuses what is out of bounds', async () => {
    const { alice, bob, settle } = await pair();
    expect([0, 11, 1.5, NaN, '1'].map((cmdId) => alice.say('x', cmdId as number))).not.toContain(true);
    expect(alice.say(new Uint8Array(1025))).toBe(false);
    expect(alice.cloud.sendCustomCmdMsg(1, 'x', true, false)).toBe(false);
    expect(alice.cloud.sendCustomCmdMsg(1, { toString: 1 } as unknown as string, true, true)).toBe(false);
    expect(bob.say('from the audience')).toBe(false);
    await settle();
    expect(bob.told).toEqual([]);
    expect(alice.say(new Uint8Array(1024))).toBe(true);
  });

  it('lets 30 messages and 8 KB through in any second', async () => {
    const { alice } = await pair();
    const accepted = (count: number, bytes: number): number =>
      Array.from({ length: count }, () => alice.say(new Uint8Array(bytes))).filter(Boolean).length;
    expect(accepted(40, 1)).toBe(30);
    await alice.fake.advance(900);
    expect(accepted(1, 1)).toBe(0);
    await alice.fake.advance(100);
    expect(accepted(10, 1024)).toBe(8);
  });

  it('does nothing outside a room', async () => {
    const { alice } = await pair();
    alice.cloud.exitRoom();
    expect(alice.say('late')).toBe(false);
    await alice.fake.settle();
    expect(alice.say('later')).toBe(false);
    await alice.enter();
    expect(alice.say('again')).toBe(true);
  });
});

describe('a lost link', () => {
  it('of the receiver: says what was missed, once, and only what was sent reliably', async () => {
    const { alice, bob, breakLink, settle } = await pair();
    alice.say('seen');
    await settle();
    await breakLink(bob, () => {
      for (const text of ['one', 'two']) alice.say(text);
      alice.say('whatever', 2, false);
      alice.say('three', 3);
    });
    alice.say('after');
    await settle();
    expect(bob.told).toEqual([
      'alice 1/1 seen',
      'missed alice 1 -1 2',
      'missed alice 3 -1 1',
      'alice 1/4 after',
    ]);
  });

  it('of the sender: what was not confirmed is sent again, in order, and arrives once', async () => {
    const { alice, bob, breakLink, settle } = await pair();
    alice.fake.server.ignored.add('customMessage');
    for (const text of ['one', 'two']) alice.say(text);
    alice.say('unreliable', 2, false);
    await settle();
    alice.fake.server.ignored.clear();
    await breakLink(alice, () => expect(alice.say('no link')).toBe(false));
    alice.say('three');
    await settle();
    expect(bob.told).toEqual(['alice 1/1 one', 'alice 1/2 two', 'alice 1/3 three']);
  });

  it('is no loss for who enters later', async () => {
    const { server, alice, settle } = await pair();
    for (const text of ['one', 'two']) alice.say(text);
    await settle();
    const carol = await user('carol', server);
    alice.say('three');
    await settle();
    await carol.fake.settle();
    expect(carol.told).toEqual(['alice 1/3 three']);
  });

  it('starts to count anew with a new stay of the sender', async () => {
    const { alice, bob, settle } = await pair();
    for (const text of ['one', 'two']) alice.say(text);
    alice.cloud.exitRoom();
    await settle();
    await alice.enter();
    alice.say('new');
    await settle();
    expect(bob.told).toEqual(['alice 1/1 one', 'alice 1/2 two', 'alice 1/1 new']);
  });
});
