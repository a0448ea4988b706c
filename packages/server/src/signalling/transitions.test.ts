import { afterEach, beforeEach, expect, it } from 'vitest';
import { ROOM, SignallingWorld } from './world.contract.ts';

let world: SignallingWorld;
beforeEach(() => {
  world = new SignallingWorld(1);
});
afterEach(() => world.close());

const LIVE = { scene: 1 };

it('each transition of a stay is one line of the log', async () => {
  const { client, snapshot } = await world.inRoom('ann', LIVE);
  client.hangUp();
  await world.pass();
  const back = world.client();
  back.resume(snapshot);
  await world.pass();
  back.request('switchRole', { role: 21 });
  await world.pass();
  back.request('exit', {});
  await world.pass();
  expect(world.lines).toEqual(['user entered', 'link lost', 'link back', 'role changed', 'stay ended']);
});

it('the end of a room is one, and so is every entry that is refused', async () => {
  const { snapshot } = await world.inRoom('ann');
  await world.forced.dismiss(ROOM);
  await world.pass();
  const [back, stranger] = [world.client(), world.client()];
  back.resume(snapshot);
  stranger.enter('x'.repeat(100));
  stranger.request('exit', {});
  await world.pass();
  expect(world.lines.toSorted()).toEqual(
    ['user entered', 'stay ended', 'room dissolved', 'entry refused', 'entry refused'].toSorted(),
  );
  expect(new Set(world.refusals)).toEqual(new Set([-3301, -3319]));
});
