import { roomKey } from '@rotunda/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opus } from '../media/harness.contract.ts';
import { ROOM, SignallingWorld, type FakeClient } from './world.contract.ts';

const GIVE_UP_MS = 15_000;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each(SEEDS)('over a room log that takes its time (seed %i)', (seed) => {
  let world: SignallingWorld;
  beforeEach(() => {
    world = new SignallingWorld(seed);
  });
  afterEach(() => {
    expect(world.context.writer.size, 'nothing waits to be written').toBe(0);
    world.close();
  });

  const everybodyBut = async (...gone: string[]): Promise<void> => {
    await world.pass(2 * GIVE_UP_MS);
    const left = ['ann', 'bob'].filter((userId) => !gone.includes(userId));
    expect(await world.members()).toEqual(left);
  };

  it('who returns misses nothing that happened while the log was asked', async () => {
    const ann = await world.inRoom('ann');
    const bob = await world.inRoom('bob');
    bob.client.hangUp();
    await world.pass();
    world.log.hold('resumed');
    const back = world.client();
    const id = back.resume(bob.snapshot);
    await world.pass();
    const carl = await world.inRoom('carl');
    ann.client.request('exit', {});
    await world.pass();
    world.log.release();
    await world.pass();
    expect(back.sees(id)).toEqual(['carl']);
    carl.client.request('exit', {});
    await world.pass();
    expect(back.sees(id)).toEqual([]);
  });

  it('the old socket of who returned takes nobody along', async () => {
    await world.inRoom('ann');
    const bob = await world.inRoom('bob');
    world.log.hold('resumed');
    const back = world.client();
    const id = back.resume(bob.snapshot);
    await world.pass();
    bob.client.hangUp();
    await world.pass();
    world.log.release();
    await everybodyBut();
    expect(back.sees(id)).toEqual(['ann']);
  });

  it('a loss that is written late is written before the return', async () => {
    await world.inRoom('ann');
    const bob = await world.inRoom('bob');
    world.log.hold('lost');
    bob.client.hangUp(4999);
    await world.pass();
    const id = 1;
    const back = world.client();
    back.resume(bob.snapshot);
    await world.pass();
    world.log.release();
    await everybodyBut();
    expect(back.sees(id)).toEqual(['ann']);
  });

  it('of two returns at once the later one has the stay', async () => {
    await world.inRoom('ann');
    const bob = await world.inRoom('bob');
    bob.client.hangUp();
    world.log.hold('resumed');
    const [first, second] = [world.client(), world.client()];
    first.resume(bob.snapshot);
    await world.pass();
    const id = second.resume(bob.snapshot);
    await world.pass();
    world.log.release();
    await everybodyBut();
    expect(second.snapshot(id).sessionId).toBe(bob.snapshot.sessionId);
    expect(first.socket.closedBy).toBe(4002);
  });

  it('a dismissal is told before it counts as done', async () => {
    const ann = await world.inRoom('ann');
    const { directory } = world.context;
    const outcome = await world.forced.dismiss(ROOM);
    if (!outcome.ok) throw new Error('no room');
    let done = false;
    void directory.waitUntilTold(outcome.sessionIds, 1_000).then(() => (done = true));
    await world.pass();
    expect(ann.client.events.at(-1)).toMatchObject({ name: 'ended', data: { reason: 'dismissed' } });
    expect(done, 'before the client confirmed it').toBe(false);
    ann.client.socket.receive({ type: 'ack', n: 1 });
    await world.pass();
    expect(done).toBe(true);
  });

  it('a client that hangs up while it enters is in no room', async () => {
    await world.inRoom('ann');
    const bob = world.client();
    world.log.hold('enter');
    bob.enter('bob');
    await world.pass();
    bob.hangUp(1000);
    world.log.release();
    await world.pass();
    expect(await world.members()).toEqual(['ann']);
  });

  describe.each(['unreached', 'unanswered'] as const)('of which commits fail %s', (how) => {
    const seen: FakeClient[] = [];
    afterEach(() => seen.splice(0));

    it('a lost user is given up all the same', async () => {
      await world.inRoom('ann');
      const bob = await world.inRoom('bob');
      world.log.fail('lost', how, 3);
      bob.client.hangUp();
      await everybodyBut('bob');
    });

    it('a loss that could not be written does not catch up with who is back', async () => {
      await world.inRoom('ann');
      const bob = await world.inRoom('bob');
      world.log.fail('lost', how, 1);
      bob.client.hangUp();
      await world.pass();
      const back = world.client();
      const id = back.resume(bob.snapshot);
      await everybodyBut();
      expect(back.sees(id)).toEqual(['ann']);
    });

    it('a leave is answered, and written later', async () => {
      const ann = await world.inRoom('ann');
      const bob = await world.inRoom('bob');
      world.log.fail('leave', how, 3);
      const id = bob.client.request('exit', {});
      await world.pass();
      expect(bob.client.answer(id)).toMatchObject({ type: 'response' });
      expect(bob.client.socket.closedBy).toBe(4000);
      await everybodyBut('bob');
      expect(ann.client.sees(ann.id)).toEqual([]);
    });

    it('who could not enter is in no room', async () => {
      await world.inRoom('ann');
      world.log.fail('enter', how);
      const bob = world.client();
      const id = bob.enter('bob');
      await world.pass(2_000);
      expect(bob.answer(id)).toMatchObject({ type: 'error' });
      await everybodyBut('bob');
      expect((await world.inRoom('bob')).snapshot.members).toHaveLength(1);
    });

    it('who could not return tries again, on the same stay', async () => {
      await world.inRoom('ann');
      const bob = await world.inRoom('bob');
      bob.client.hangUp();
      await world.pass();
      world.log.fail('resumed', how);
      const first = world.client();
      first.resume(bob.snapshot);
      await world.pass();
      expect(first.socket.closedBy).toBe(1013);
      const second = world.client();
      const id = second.resume(bob.snapshot);
      await everybodyBut();
      expect(second.snapshot(id).sessionId).toBe(bob.snapshot.sessionId);
    });

    it('who could not return and stays away is given up', async () => {
      await world.inRoom('ann');
      const bob = await world.inRoom('bob');
      bob.client.hangUp();
      await world.pass();
      world.log.fail('resumed', how);
      world.client().resume(bob.snapshot);
      await everybodyBut('bob');
    });

    it('who could not leave for another room is in neither', async () => {
      await world.inRoom('ann');
      const bob = await world.inRoom('bob');
      world.log.fail('leave', how, 3);
      const id = bob.client.switchRoom(8);
      await world.pass();
      expect(bob.client.answer(id)).toMatchObject({ type: 'error', ended: 'switchedRoom' });
      expect(bob.client.socket.closedBy).toBe(4000);
      await everybodyBut('bob');
      expect(await world.members(roomKey(ROOM.sdkAppId, { roomId: 8 }))).toEqual([]);
    });

    it('a stream that could not be announced is seen by nobody', async () => {
      const ann = await world.inRoom('ann');
      const bob = await world.inRoom('bob');
      world.log.fail('publish', how);
      const id = bob.client.request('publish', {
        transportId: 't',
        source: 'audio',
        rtpParameters: opus(1),
        muted: false,
      });
      await world.pass(2_000);
      expect(bob.client.answer(id)).toMatchObject({ type: 'error' });
      const count = (event: string) => ann.client.events.filter(({ name }) => name === event).length;
      expect(count('streamStarted')).toBe(count('streamStopped'));
    });

    it('a stream that ended ends for the others', async () => {
      const ann = await world.inRoom('ann');
      const bob = await world.inRoom('bob');
      const rtpParameters = opus(1);
      bob.client.request('publish', { transportId: 't', source: 'audio', rtpParameters, muted: false });
      await world.pass();
      world.log.fail('unpublish', how, 2);
      bob.client.request('unpublish', { source: 'audio' });
      await world.pass(5_000);
      expect(ann.client.events.map(({ name }) => name)).toEqual([
        'userEntered',
        'streamStarted',
        'streamStopped',
      ]);
    });
  });
});
