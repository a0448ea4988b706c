import { CLOSE_CODES, DEFAULT_TIMERS } from '@rotunda/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SignallingWorld } from './world.contract.ts';

const { goingAway, giveUp } = DEFAULT_TIMERS;

let world: SignallingWorld;
beforeEach(() => {
  world = new SignallingWorld(1);
});
afterEach(() => world.close());

it.each([
  ['whose page was left (1001)', 1001, goingAway],
  ['whose process was killed (no close frame, 1006)', 1006, goingAway],
  ['who closed the socket on purpose (1000)', 1000, giveUp],
  ['who gave no reason (1005)', 1005, giveUp],
  ['whose server in between restarts (1012)', 1012, giveUp],
])('a user %s is given up when its time is over, and not before', async (_who, code, ms) => {
  await world.inRoom('ann');
  const { client } = await world.inRoom('bob');
  client.hangUp(code);
  await world.pass(ms - 1);
  expect(await world.members()).toEqual(['ann', 'bob']);
  await world.pass(2);
  expect(await world.members()).toEqual(['ann']);
});

it('a user who does not read is cut, and may come back', async () => {
  await world.inRoom('ann');
  const { client, snapshot } = await world.inRoom('bob');
  client.socket.bufferedAmount = 2 * 1024 * 1024;
  await world.inRoom('carl');
  expect(client.socket.closedBy).toBe('terminated');
  const back = world.client();
  const id = back.resume(snapshot);
  await world.pass();
  expect(back.sees(id)).toEqual(['ann', 'carl']);
});

it('a user who breaks the protocol leaves at once', async () => {
  await world.inRoom('ann');
  const { client } = await world.inRoom('bob');
  client.socket.receive({ type: 'nonsense' });
  await world.pass();
  expect(client.socket.closedBy).toBe(CLOSE_CODES.protocolError);
  expect(await world.members()).toEqual(['ann']);
});
