import { describe, expect, it } from 'vitest';
import { FakeServer } from '../testing/fake-server.ts';
import { TRTCSwitchRoomParam } from './params.ts';
import { createUser } from './user.contract.ts';

const WARNED = 'onWarning -102013 …';

describe('a user whom a backend blocks', () => {
  it('is told what is blocked, and that it no longer is', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    const tell = async (audio: boolean, video: boolean): Promise<string[]> => {
      alice.fake.server.tell('alice', 'blocked', { audio, video });
      await alice.fake.settle();
      return alice.take();
    };
    expect(await tell(true, false)).toEqual([`${WARNED} `, 'onLocalUserBlocked 1 0']);
    expect(await tell(true, true)).toEqual([`${WARNED} `, 'onLocalUserBlocked 1 1']);
    expect(await tell(true, true)).toEqual([]);
    expect(await tell(false, false)).toEqual(['onLocalUserBlocked 0 0']);
  });

  it('goes on capturing and sending', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.advance(300);
    alice.fake.server.tell('alice', 'blocked', { audio: true, video: true });
    await alice.fake.advance(300);
    expect(alice.fake.engines.last.sent.get('video')?.muted).toBe(false);
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ source: 'video', muted: false }]);
  });

  it('learns of it at the return, whatever changed meanwhile', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.network.breakAll();
    const [stay] = alice.fake.server.stays;
    stay!.blocked = { audio: false, video: true };
    alice.take();
    await alice.fake.advance(1_500);
    expect(alice.take()).toEqual([
      'onTryToReconnect',
      'onConnectionRecovery',
      `${WARNED} `,
      'onLocalUserBlocked 0 1',
    ]);
    alice.fake.network.breakAll();
    delete stay!.blocked;
    await alice.fake.advance(1_500);
    expect(alice.take().at(-1)).toBe('onLocalUserBlocked 0 0');
  });

  it('begins the next stay without a block, and is not told so', async () => {
    const server = new FakeServer();
    const alice = createUser('alice', server);
    await alice.enter();
    server.tell('alice', 'blocked', { audio: true, video: true });
    await alice.fake.settle();
    expect(alice.take()).toContain('onLocalUserBlocked 1 1');
    alice.cloud.exitRoom();
    await alice.fake.settle();
    alice.take();
    await alice.enter();
    expect(alice.take().filter((line) => line.startsWith('onLocalUserBlocked'))).toEqual([]);
  });
});

describe('a user who is removed', () => {
  it('is told the reason that the backend gave, as it is, before onExitRoom', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    const message = '<img src=x onerror=alert(1)>';
    alice.fake.server.tell('alice', 'ended', { reason: 'removed', message }, { ack: true });
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onRemovalMessage …', 'onExitRoom 1']);
  });

  it('is told nothing more without a reason', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    alice.fake.server.tell('alice', 'ended', { reason: 'removed' }, { ack: true });
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 1']);
  });

  it('and kept out is told until when before onExitRoom, and again when it tries', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    const entryBlock = { until: 1_800_000_000_000, message: 'tomorrow' };
    const { server } = alice.fake;
    server.tell('alice', 'ended', { reason: 'removed', message: 'bye', entryBlock }, { ack: true });
    await alice.fake.settle();
    expect(alice.take()).toEqual([
      'onRemovalMessage bye',
      'onEntryBlocked 1800000000000 tomorrow',
      'onExitRoom 1',
    ]);
    server.refusals.set('enter', { code: -102011, message: 'tomorrow', entryBlock });
    await alice.enter();
    expect(alice.take()).toEqual([
      'onEntryBlocked 1800000000000 tomorrow',
      'onEnterRoom -102011',
      'onError -102011 tomorrow',
    ]);
  });
});

describe('a user who is kept out of the room that it switches to', () => {
  it('is told until when, and stays where it is', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    const entryBlock = { until: 1_800_000_000_000, message: '' };
    alice.fake.server.refusals.set('switchRoom', { code: -102011, message: 'kept out', entryBlock });
    alice.cloud.switchRoom(new TRTCSwitchRoomParam(78));
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onEntryBlocked 1800000000000 ', 'onSwitchRoom -102011 …']);
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0']);
  });

  it('is told until when once, and that its stay is over, if it had left the room before', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    const entryBlock = { until: 1_800_000_000_000, message: 'tomorrow' };
    const refusal = { code: -102011, message: 'tomorrow', ended: 'switchedRoom', entryBlock } as const;
    alice.fake.server.refusals.set('switchRoom', refusal);
    alice.cloud.switchRoom(new TRTCSwitchRoomParam(78));
    await alice.fake.settle();
    expect(alice.take()).toEqual([
      'onEntryBlocked 1800000000000 tomorrow',
      'onSwitchRoom -102011 tomorrow',
      'onError -102011 tomorrow',
      'onExitRoom 3',
    ]);
  });

  it('is told why it was removed from the room where it was, if it was meanwhile', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    const entryBlock = { until: 1_800_000_000_000, message: 'tomorrow' };
    const ended = { ended: 'removed', removalMessage: 'shouting', entryBlock } as const;
    alice.fake.server.refusals.set('switchRoom', { code: -3301, message: 'over', ...ended });
    alice.cloud.switchRoom(new TRTCSwitchRoomParam(78));
    await alice.fake.settle();
    expect(alice.take()).toEqual([
      'onRemovalMessage shouting',
      'onEntryBlocked 1800000000000 tomorrow',
      'onExitRoom 1',
    ]);
  });
});
