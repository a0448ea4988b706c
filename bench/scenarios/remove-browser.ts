import { enterSilently, nextExit, nextLeave, publish, type Entry } from '../browser/page.ts';
import { withBrowser } from '../browser/stage.ts';
import { CloudApiCaller } from '../lib/cloud-api.ts';
import { BENCH_APP, userSig } from '../lib/credentials.ts';
import { latencyRow, type Scenario } from '../lib/scenario.ts';
import { withServer } from '../lib/server.ts';
import { LightClient } from '../light/client.ts';
import { audioSource } from '../light/rtp.ts';

const ROOM = 1005;

function entryOf(userId: string): Entry {
  return { sdkAppId: BENCH_APP.sdkAppId, userId, userSig: userSig(userId), roomId: ROOM };
}

/** From a signed RemoveUser call to `onExitRoom(1)` in a browser whose camera and microphone are on, and to the callback of another. */
export const removeBrowser: Scenario = {
  name: 'remove-browser',
  run: (context) =>
    withServer(({ url }) =>
      withBrowser(async (stage) => {
        const api = new CloudApiCaller(url);
        const peer = await LightClient.enter({ serverUrl: url, roomId: ROOM, userId: 'peer' });
        await peer.publish(audioSource(1));
        const victim = await stage.page(url);
        const witness = await stage.page(url);
        await witness.evaluate(enterSilently, entryOf('witness'));
        const toOnExitRoom: number[] = [];
        const toWitness: number[] = [];
        for (let run = 0; run < context.runs(100); run += 1) {
          const entry = entryOf(`victim${run}`);
          await victim.evaluate(publish, entry);
          const exited = victim.evaluate(nextExit);
          const told = witness.evaluate(nextLeave);
          // The listeners have to be there before the call is made.
          await Promise.all([victim, witness].map((page) => page.evaluate(() => undefined)));
          const { calledAt } = await api.call('RemoveUser', { RoomId: ROOM, UserIds: [entry.userId] });
          const { reason, at } = await exited;
          if (reason !== 1) {
            throw new Error(`onExitRoom(${reason})`);
          }
          toOnExitRoom.push(at - (performance.timeOrigin + calledAt));
          const leave = await told;
          if (leave.userId !== entry.userId || leave.reason !== 2) {
            throw new Error(`onRemoteUserLeaveRoom(${leave.userId}, ${leave.reason})`);
          }
          toWitness.push(leave.at - (performance.timeOrigin + calledAt));
        }
        peer.close();
        api.close();
        return [
          latencyRow("signed RemoveUser to a browser's onExitRoom", toOnExitRoom, { of: 'p99', atMost: 60 }),
          latencyRow('signed RemoveUser to the callback of another browser', toWitness),
        ];
      }),
    ),
};
