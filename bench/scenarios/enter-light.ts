import { latencyRow, type Scenario } from '../lib/scenario.ts';
import { withServer } from '../lib/server.ts';
import { LightClient } from '../light/client.ts';
import { audioSource } from '../light/rtp.ts';

const ROOM = 1001;

/** From a socket that is open to the first decrypted packet of somebody who speaks already. */
export const enterLight: Scenario = {
  name: 'enter-light',
  run: (context) =>
    withServer(async ({ url: serverUrl }) => {
      const speaker = await LightClient.enter({ serverUrl, roomId: ROOM, userId: 'speaker' });
      await speaker.publish(audioSource(1));
      const toSnapshot: number[] = [];
      const toFirstRtp: number[] = [];
      for (let run = 0; run < context.runs(200); run += 1) {
        const guest = await LightClient.enter({ serverUrl, roomId: ROOM, userId: `guest${run}` });
        toSnapshot.push(performance.now() - guest.signal.openedAt);
        const receiver = await guest.watch({ userId: 'speaker', kind: 'audio' });
        toFirstRtp.push((await receiver.firstRtp) - guest.signal.openedAt);
        await guest.exit();
      }
      speaker.close();
      return [
        latencyRow('light client: socket open to snapshot', toSnapshot),
        latencyRow('light client: socket open to first RTP', toFirstRtp, { of: 'p50', atMost: 40 }),
      ];
    }),
};
