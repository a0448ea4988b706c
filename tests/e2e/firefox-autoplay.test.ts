import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { line } from './support/expectations.ts';
import type { Firefox, FirefoxPage } from './support/firefox.ts';
import type { Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
let firefox: Firefox;
beforeAll(async () => {
  stage = await Stage.open();
  firefox = await stage.openFirefox({ soundCard: 'invented', sound: 'afterGesture' });
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** Seconds of sound that have been played, for each user. */
const played = ({ page }: Participant<FirefoxPage>): Promise<number[]> =>
  page.evaluate(() => [...document.querySelectorAll('audio')].map(({ currentTime }) => currentTime));

it.each(['click', 'key'] as const)(
  'whoever has not touched the page yet sees the others, is told whose sound waits, and hears it after a %s',
  async (gesture) => {
    const room = stage.room();
    const others = await stage.users('alice', 'carol');
    await Promise.all(others.map((other) => other.enterTalking({ room })));
    const bob = await stage.userOf(firefox, 'bob');
    await bob.enter({ room });
    for (const { userId } of others) {
      await bob.waitFor('onUserVideoAvailable', [userId, 1]);
      await bob.watch(userId);
    }
    await bob.hears(2);
    expect(await played(bob)).toEqual([0, 0]);
    const told = (await bob.journal()).filter(({ name }) => /^on(Warning|UserAudioAvailable)$/.test(name));
    for (const { userId } of others) {
      const ofUser = told.map(line).filter((call) => JSON.stringify(call).includes(`"${userId}"`));
      expect(ofUser).toEqual([
        ['onUserAudioAvailable', userId, 1],
        ['onWarning', 1205, expect.any(String), { userId }],
      ]);
    }
    const mark = await bob.last();
    await bob.page.gesture(gesture);
    await until('both are heard', async () => (await played(bob)).every((seconds) => seconds > 0.5));
    expect(await played(bob)).toHaveLength(2);
    expect((await bob.since(mark)).map(({ name }) => name)).not.toContain('onWarning');
  },
);
