import { roomKeyText } from '@rotunda/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOM, SignallingWorld } from './world.contract.ts';

const CODE = -102011;
const WORDS = '<i>until tomorrow</i>';
const UNTIL = 1_800_000_000_000;
const ENTRY_BLOCK = { until: UNTIL, message: WORDS };
/** A client that is alive and cut off: it may be away for the whole time. */
const CUT = 4999;
const GIVEN_UP_MS = 20_000;
const LIVE = { scene: 1 };

let world: SignallingWorld;
beforeEach(() => {
  world = new SignallingWorld(1);
});
afterEach(() => world.close());

/** Bob may not enter that room from now on. */
function block(room = ROOM): void {
  world.findBlock = (key, userId) =>
    userId === 'bob' && roomKeyText(key) === roomKeyText(room) ? ENTRY_BLOCK : null;
}

describe('who is blocked from entering', () => {
  it('is refused with the words of the backend, and nobody sees it', async () => {
    const ann = await world.inRoom('ann');
    block();
    const bob = world.client();
    const id = bob.enter('bob');
    await world.pass();
    expect(bob.answer(id)).toEqual({
      type: 'error',
      id,
      code: CODE,
      message: WORDS,
      entryBlock: ENTRY_BLOCK,
    });
    expect(ann.client.events).toEqual([]);
    expect((await world.inRoom('cy')).client.sees(1)).toEqual(['ann']);
  });

  it('does not stay although the block came on the way in', async () => {
    await world.inRoom('ann');
    world.log.hold('enter');
    const bob = world.client();
    const id = bob.enter('bob');
    await world.pass();
    expect(world.log.holds).toBe(true);
    block();
    world.log.release();
    await world.pass();
    expect(bob.answer(id)).toMatchObject({ type: 'error', code: CODE });
    expect(await world.members()).toEqual(['ann']);
  });

  it('stays while it is in the room, also after a lost link, but does not return when it had been given up', async () => {
    await world.inRoom('ann');
    const { client, snapshot } = await world.inRoom('bob');
    block();
    client.hangUp(CUT);
    const back = world.client();
    const first = back.resume(snapshot);
    await world.pass();
    expect(back.sees(first)).toEqual(['ann']);
    back.hangUp(CUT);
    await world.pass(GIVEN_UP_MS);
    const late = world.client();
    const second = late.resume(back.snapshot(first));
    await world.pass();
    expect(late.answer(second)).toMatchObject({ type: 'error', code: CODE });
    expect(await world.members()).toEqual(['ann']);
  });

  it('does not leave its room for that one', async () => {
    const elsewhere = { ...ROOM, id: '8' };
    const { client } = await world.inRoom('bob', LIVE);
    block(elsewhere);
    const id = client.switchRoom(8);
    await world.pass();
    expect(client.answer(id)).toMatchObject({
      type: 'error',
      code: CODE,
      message: WORDS,
      entryBlock: ENTRY_BLOCK,
    });
    expect(await world.members()).toEqual(['bob']);
  });

  it('is told until when although the block came when it had left its room for that one', async () => {
    const { client } = await world.inRoom('bob', LIVE);
    world.log.hold('enter');
    const id = client.switchRoom(8);
    await world.pass();
    expect(world.log.holds).toBe(true);
    block({ ...ROOM, id: '8' });
    world.log.release();
    await world.pass();
    expect(client.answer(id)).toEqual({
      type: 'error',
      id,
      code: CODE,
      message: WORDS,
      ended: 'switchedRoom',
      entryBlock: ENTRY_BLOCK,
    });
    expect(await world.members()).toEqual([]);
  });

  it('is not seen there as the guest of somebody either', async () => {
    const elsewhere = { ...ROOM, id: '8' };
    await world.inRoom('ann', { room: { roomId: 8 } });
    const { client } = await world.inRoom('bob');
    block(elsewhere);
    const id = client.request('connectRoom', { room: { roomId: 8 }, userId: 'ann' });
    await world.pass();
    expect(client.answer(id)).toMatchObject({ type: 'error', code: CODE });
  });
});

describe('who is removed with a reason', () => {
  it.each(['anchor', 'audience'])('is told it with the end of the stay: %s', async (role) => {
    const ann = await world.inRoom('ann', LIVE);
    const { client } = await world.inRoom('bob', { ...LIVE, role: role === 'anchor' ? 20 : 21 });
    await world.forced.removeUsers(ROOM, ['bob'], 'removed', WORDS);
    await world.pass();
    expect(client.events.at(-1)).toMatchObject({
      name: 'ended',
      data: { reason: 'removed', message: WORDS },
    });
    expect(JSON.stringify(ann.client.events)).not.toContain(WORDS);
  });

  it('is told until when it may not come back, and nothing of that if it was not removed', async () => {
    const { client } = await world.inRoom('bob');
    const dismissed = await world.inRoom('bob', { room: { roomId: 8 } });
    block();
    await world.forced.removeUsers(ROOM, ['bob'], 'removed');
    await world.forced.dismiss({ ...ROOM, id: '8' });
    await world.pass();
    expect(client.events.at(-1)?.data).toEqual({ reason: 'removed', entryBlock: ENTRY_BLOCK });
    expect(dismissed.client.events.at(-1)?.data).toEqual({ reason: 'dismissed' });
  });

  it('and without one is told none', async () => {
    const { client } = await world.inRoom('bob');
    await world.forced.removeUsers(ROOM, ['bob'], 'removed');
    await world.pass();
    expect(client.events.at(-1)?.data).toEqual({ reason: 'removed' });
  });

  describe('and kept out while it was cut off', () => {
    const refusal = { ended: 'removed', removalMessage: WORDS, entryBlock: ENTRY_BLOCK };

    async function remove(): Promise<void> {
      block();
      await world.forced.removeUsers(ROOM, ['bob'], 'removed', WORDS);
      await world.pass();
    }

    it.each([
      ['before it is given up', 'anchor', 5_000],
      ['after it was given up', 'anchor', GIVEN_UP_MS],
      ['before it is given up', 'audience', 5_000],
    ])('is told both when it comes back: %s, %s', async (_when, role, ms) => {
      await world.inRoom('ann', LIVE);
      const { client, snapshot } = await world.inRoom('bob', { ...LIVE, role: role === 'anchor' ? 20 : 21 });
      client.hangUp(CUT);
      await world.pass(ms);
      await remove();
      const back = world.client();
      const id = back.resume(snapshot);
      await world.pass();
      expect(back.answer(id)).toMatchObject(refusal);
    });

    it('is told both if it was coming back already', async () => {
      await world.inRoom('ann');
      const { client, snapshot } = await world.inRoom('bob');
      client.hangUp(CUT);
      await world.pass(GIVEN_UP_MS);
      world.log.hold('enter');
      const back = world.client();
      const id = back.resume(snapshot);
      await world.pass();
      expect(world.log.holds).toBe(true);
      await remove();
      world.log.release();
      await world.pass();
      expect(back.answer(id)).toMatchObject(refusal);
    });

    it('is told both with the token of the stay before the return whose answer was lost', async () => {
      await world.inRoom('ann');
      const { client, snapshot } = await world.inRoom('bob');
      client.hangUp(CUT);
      await world.pass(GIVEN_UP_MS);
      const lost = world.client();
      lost.resume(snapshot);
      await world.pass();
      lost.hangUp(CUT);
      await remove();
      const back = world.client();
      const id = back.resume(snapshot);
      await world.pass();
      expect(back.answer(id)).toMatchObject(refusal);
    });

    it('is told both of the room that it switched to, with the token of the one before, when the answer was lost', async () => {
      const elsewhere = { ...ROOM, id: '8' };
      const { client, snapshot } = await world.inRoom('bob');
      client.switchRoom(8);
      await world.pass();
      client.hangUp(CUT);
      block(elsewhere);
      await world.forced.removeUsers(elsewhere, ['bob'], 'removed', WORDS);
      await world.pass();
      const back = world.client();
      const id = back.resume(snapshot);
      await world.pass();
      expect(back.answer(id)).toMatchObject(refusal);
    });
  });
});
