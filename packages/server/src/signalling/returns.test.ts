import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOM, SignallingWorld, type FakeClient } from './world.contract.ts';

/** A client that is alive and cut off: it may be away for the whole time. */
const CUT = 4999;
const GIVEN_UP_MS = 20_000;
const HOUR_MS = 3_600_000;

let world: SignallingWorld;
afterEach(() => world.close());

interface Returning {
  readonly back: FakeClient;
  readonly id: number;
}

async function comeBack(token: { resumeToken: string }): Promise<Returning> {
  const back = world.client();
  const id = back.resume(token);
  await world.pass();
  return { back, id };
}

async function cutOff(userId: string, ms: number) {
  const { client, snapshot } = await world.inRoom(userId);
  client.hangUp(CUT);
  await world.pass(ms);
  return snapshot;
}

const isTurnedAway = ({ back, id }: Returning, ended: string): void => {
  expect(back.answer(id)).toMatchObject({ type: 'error', ended });
  expect(back.socket.closedBy).toBe(4000);
};

describe.each([1, 2, 3, 4])('over a room log that takes its time (seed %i)', (seed) => {
  beforeEach(() => {
    world = new SignallingWorld(seed);
  });

  describe.each([
    ['removed', () => world.forced.removeUsers(ROOM, ['bob'], 'removed')],
    ['dismissed', () => world.forced.dismiss(ROOM)],
  ] as const)('who was cut off and is %s', (ended, force) => {
    it.each([
      ['before the deadline', 5_000],
      ['after the deadline', GIVEN_UP_MS],
    ])('%s does not come back by itself, but may enter anew and return to that', async (_when, ms) => {
      const ann = await world.inRoom('ann');
      const bob = await cutOff('bob', ms);
      await force();
      isTurnedAway(await comeBack(bob), ended);
      expect(await world.members()).toEqual(ended === 'removed' ? ['ann'] : []);
      expect(ann.client.events.filter(({ name }) => name === 'userEntered')).toHaveLength(1);
      const { back, id } = await comeBack(await cutOff('bob', GIVEN_UP_MS));
      expect(back.answer(id)).toMatchObject({ type: 'response' });
    });

    it('while it comes back does not stay', async () => {
      await world.inRoom('ann');
      const bob = await cutOff('bob', GIVEN_UP_MS);
      world.log.hold('enter');
      const returning = await comeBack(bob);
      expect(world.log.holds).toBe(true);
      await force();
      world.log.release();
      await world.pass();
      isTurnedAway(returning, ended);
      expect(await world.members()).not.toContain('bob');
    });

    it('stays away although the room had ended', async () => {
      const bob = await cutOff('bob', GIVEN_UP_MS);
      expect(await force()).toEqual({ ok: false, refusal: 'roomNotExist' });
      isTurnedAway(await comeBack(bob), ended);
      expect(await world.members()).toEqual([]);
    });
  });

  it.each([
    ['at the first look', 0],
    ['at the second', 1],
    ['when it has entered again', 2],
  ])(
    'who returns while the store fails, %s, is to try later, and is not in the room until then',
    async (_, reads) => {
      await world.inRoom('ann');
      const bob = await cutOff('bob', GIVEN_UP_MS);
      world.storeReads = reads;
      const { back, id } = await comeBack(bob);
      expect(back.answer(id)).not.toMatchObject({ type: 'response' });
      expect(back.socket.closedBy).toBe(1013);
      expect(await world.members()).toEqual(['ann']);
      world.storeReads = Infinity;
      const again = await comeBack(bob);
      expect(again.back.sees(again.id)).toEqual(['ann']);
    },
  );

  it('others than who was removed may come back', async () => {
    await world.inRoom('ann');
    const bob = await cutOff('bob', GIVEN_UP_MS);
    await world.forced.removeUsers(ROOM, ['carl'], 'removed');
    const { back, id } = await comeBack(bob);
    expect(back.sees(id)).toEqual(['ann']);
  });
});

it('who has come back twice and then left does not come back by any token of before', async () => {
  world = new SignallingWorld(1);
  await world.inRoom('ann');
  const tokens = [await cutOff('bob', GIVEN_UP_MS)];
  for (let turn = 0; turn < 3; turn++) {
    const { back, id } = await comeBack(tokens.at(-1)!);
    tokens.push(back.snapshot(id));
    if (turn < 2) back.hangUp(CUT);
    else back.request('exit', {});
    await world.pass(GIVEN_UP_MS);
  }
  for (const token of tokens) isTurnedAway(await comeBack(token), 'exited');
  expect(await world.members()).toEqual(['ann']);
});

it('who was in the room for days may come back with the newest token, and not with one of yesterday', async () => {
  world = new SignallingWorld(1);
  const { client, snapshot } = await world.inRoom('bob');
  await world.pass(25 * HOUR_MS, 60_000);
  const newest = client.events.findLast(({ name }) => name === 'resumeToken')?.data;
  client.hangUp(CUT);
  await world.pass(GIVEN_UP_MS);
  const early = await comeBack(snapshot);
  expect(early.back.answer(early.id)).toMatchObject({ type: 'error' });
  const { back, id } = await comeBack(newest as { resumeToken: string });
  expect(back.answer(id)).toMatchObject({ type: 'response' });
});
