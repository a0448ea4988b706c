import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { expectReleased } from './support/expectations.ts';
import type { RawSeen } from './support/page/raw-pictures.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { CORNERS, FOUR_COLOURS, receives, setScene, setScreen, UPRIGHT } from './support/pictures.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const FORMATS = [
  ['I420', 1, 1.5],
  ['BGRA', 3, 4],
  ['RGBA', 5, 4],
] as const;
type Format = (typeof FORMATS)[number][1];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

function setRaw(who: Participant, userId: string, format: Format | null): Promise<number> {
  return who.page.evaluate(([user, given]) => window.driver.setRaw(user, given), [userId, format] as const);
}

/** Waits for a picture of that format with those colours in its corners. */
async function gets(
  who: Participant,
  { userId, streamType = 0 }: { userId: string; streamType?: number },
  { format, colours = UPRIGHT }: { format: Format; colours?: readonly string[] },
): Promise<RawSeen> {
  let seen: RawSeen | undefined;
  await until(`${who.userId} is given ${colours.join(' ')} of ${userId || 'the own camera'}`, async () => {
    const of = [userId, streamType, CORNERS] as const;
    seen = await who.page.evaluate(([user, type, at]) => window.driver.rawSeen(user, type, at), of);
    return seen?.pixelFormat === format && seen.colours.join(' ') === colours.join(' ');
  }).catch(() => expect(seen?.colours, `format ${format}`).toEqual(colours));
  if (!seen) throw new Error('no raw picture came');
  return seen;
}

const count = (who: Participant): Promise<number> => who.page.evaluate(() => window.driver.rawCount());

/** Nothing is given for a second, in which some thirty would be. */
async function expectQuiet(who: Participant): Promise<void> {
  const before = await count(who);
  await pause(1_000);
  expect(await count(who)).toBe(before);
}

/** Alice's camera sees four colours; Bob receives it without a view. */
async function watching(): Promise<{ alice: Participant; bob: Participant }> {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await setScene(alice, FOUR_COLOURS);
  await alice.enterTalking({ room });
  await bob.enter({ room });
  await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
  await bob.call('startRemoteView', 'alice', null, STREAM.big);
  return { alice, bob };
}

it('are given in the size in which they come, of oneself and of others, with or without a view', async () => {
  const { alice, bob } = await watching();
  for (const [, format, bytesPerPixel] of FORMATS) {
    expect(await setRaw(bob, 'alice', format)).toBe(0);
    expect(await setRaw(alice, '', format)).toBe(0);
    for (const [who, userId] of [
      [bob, 'alice'],
      [alice, ''],
    ] as const) {
      const first = await gets(who, { userId }, { format });
      expect(first).toMatchObject({
        width: 640,
        height: 360,
        rotation: 0,
        length: 640 * 360 * bytesPerPixel,
      });
      await until(
        'the next one',
        async () => (await gets(who, { userId }, { format })).timestamp > first.timestamp,
      );
    }
  }
  await bob.call('updateRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
  await receives(bob, { userId: 'alice' }, UPRIGHT);
  const shown = await count(bob);
  await until('it goes on in a view', async () => (await count(bob)) > shown);
  await setRaw(bob, 'alice', null);
  await expectQuiet(bob);
  await receives(bob, { userId: 'alice' }, UPRIGHT);
});

it('are as captured for oneself, and as sent for the others', async () => {
  const { alice, bob } = await watching();
  await setRaw(alice, '', 1);
  await setRaw(bob, 'alice', 1);
  await alice.call('setLocalRenderParams', { rotation: 1, fillMode: 1, mirrorType: 1 });
  await alice.call('setVideoEncoderMirror', true);
  await gets(bob, { userId: 'alice' }, { format: 1, colours: ['green', 'red', 'yellow', 'blue'] });
  await gets(alice, { userId: '' }, { format: 1 });
  await setScreen(alice, { topLeft: 'blue', topRight: 'red', bottomLeft: 'lime', bottomRight: 'yellow' });
  await alice.call('startScreenCapture', null);
  await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
  await bob.call('startRemoteView', 'alice', null, STREAM.sub);
  const colours = ['blue', 'red', 'green', 'yellow'];
  await gets(bob, { userId: 'alice', streamType: STREAM.sub }, { format: 1, colours });
  await gets(alice, { userId: '', streamType: STREAM.sub }, { format: 1, colours });
});

it('end with the stay', async () => {
  const { alice, bob } = await watching();
  await setRaw(alice, '', 5);
  await setRaw(alice, 'bob', 5);
  await setRaw(bob, 'alice', 5);
  await gets(alice, { userId: '' }, { format: 5 });
  await gets(bob, { userId: 'alice' }, { format: 5 });
  const mark = await alice.last();
  await alice.call('exitRoom');
  await expectReleased(alice, 0, mark);
  await expectQuiet(alice);
  await expectQuiet(bob);
});
