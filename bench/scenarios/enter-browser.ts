import { enterAndWatch, exit, publish, type Entry } from '../browser/page.ts';
import { withBrowser } from '../browser/stage.ts';
import { BENCH_APP, userSig } from '../lib/credentials.ts';
import { latencyRow, type Scenario } from '../lib/scenario.ts';
import { withServer } from '../lib/server.ts';

const ROOM = 1004;

function entryOf(userId: string): Entry {
  return { sdkAppId: BENCH_APP.sdkAppId, userId, userSig: userSig(userId), roomId: ROOM };
}

/** From `enterRoom` in a browser to its callback and to the first picture of somebody who is there already. */
export const enterBrowser: Scenario = {
  name: 'enter-browser',
  run: (context) =>
    withServer(({ url }) =>
      withBrowser(async (stage) => {
        const speaker = await stage.page(url);
        await speaker.evaluate(publish, entryOf('speaker'));
        const guest = await stage.page(url);
        const toOnEnterRoom: number[] = [];
        const toFirstFrame: number[] = [];
        for (let run = 0; run < context.runs(50); run += 1) {
          const times = await guest.evaluate(enterAndWatch, entryOf(`guest${run}`));
          toOnEnterRoom.push(times.toOnEnterRoom);
          toFirstFrame.push(times.toFirstFrame);
          await guest.evaluate(exit);
        }
        return [
          latencyRow('browser: enterRoom to onEnterRoom', toOnEnterRoom, { of: 'p50', atMost: 100 }),
          latencyRow('browser: enterRoom to first remote frame', toFirstFrame, { of: 'p50', atMost: 400 }),
        ];
      }),
    ),
};
