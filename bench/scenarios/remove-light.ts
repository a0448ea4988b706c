import { CloudApiCaller } from '../lib/cloud-api.ts';
import { latencyRow, type Scenario } from '../lib/scenario.ts';
import { withServer } from '../lib/server.ts';
import { LightClient } from '../light/client.ts';
import { audioSource } from '../light/rtp.ts';

const ROOM = 1002;

/** From a signed RemoveUser call to what the victim and a peer are told, and to the answer. */
export const removeLight: Scenario = {
  name: 'remove-light',
  run: (context) =>
    withServer(async ({ url: serverUrl }) => {
      const api = new CloudApiCaller(serverUrl);
      const peer = await LightClient.enter({ serverUrl, roomId: ROOM, userId: 'peer' });
      await peer.publish(audioSource(1));
      const toVictim: number[] = [];
      const toPeer: number[] = [];
      const toAnswer: number[] = [];
      for (let run = 0; run < context.runs(300); run += 1) {
        const userId = `victim${run}`;
        const victim = await LightClient.enter({ serverUrl, roomId: ROOM, userId });
        const receiver = await victim.watch({ userId: 'peer', kind: 'audio' });
        await receiver.firstRtp;
        const left = peer.left(userId);
        const { calledAt, answeredAt } = await api.call('RemoveUser', { RoomId: ROOM, UserIds: [userId] });
        const ended = await victim.ended;
        if (ended.data.reason !== 'removed') {
          throw new Error(`${userId} was told ${ended.data.reason}`);
        }
        toVictim.push(ended.at - calledAt);
        toPeer.push((await left).at - calledAt);
        toAnswer.push(answeredAt - calledAt);
        victim.close();
      }
      peer.close();
      api.close();
      return [
        latencyRow('signed RemoveUser to light victim', toVictim, { of: 'p99', atMost: 10 }),
        latencyRow('signed RemoveUser to light peer', toPeer),
        latencyRow('signed RemoveUser to its answer', toAnswer),
      ];
    }),
};
