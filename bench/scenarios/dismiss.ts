import { CloudApiCaller } from '../lib/cloud-api.ts';
import { latencyRow, type BenchContext, type Row, type Scenario } from '../lib/scenario.ts';
import { withServer } from '../lib/server.ts';
import { LightClient } from '../light/client.ts';
import { audioSource } from '../light/rtp.ts';

/** How many enter at the same time while a room is filled. */
const FILLING_AT_ONCE = 10;
/** Enough to hear, and little enough that decrypting it does not slow down those who measure. */
const QUIET_PACKETS_PER_SECOND = 5;

/** From a signed DismissRoom call to the last member's message. Everybody hears the speaker before that. */
export const dismiss: Scenario = {
  name: 'dismiss',
  run: (context) =>
    withServer(async ({ url: serverUrl }) => [
      await dismissRooms(context, { serverUrl, size: 20, rooms: 20 }),
      await dismissRooms(context, { serverUrl, size: 200, rooms: 10, aimMs: 20 }),
    ]),
};

async function dismissRooms(
  context: BenchContext,
  options: { serverUrl: string; size: number; rooms: number; aimMs?: number },
): Promise<Row> {
  const { serverUrl, size, rooms, aimMs } = options;
  const api = new CloudApiCaller(serverUrl);
  const toLast: number[] = [];
  for (let round = 0; round < context.runs(rooms); round += 1) {
    const roomId = size * 1000 + round + 1;
    const members = await fillRoom({ serverUrl, roomId, size });
    const { calledAt } = await api.call('DismissRoom', { RoomId: roomId });
    const endings = await Promise.all(members.map(({ ended }) => ended));
    if (endings.some(({ data }) => data.reason !== 'dismissed')) {
      throw new Error('a member was told something else than the dismissal');
    }
    toLast.push(Math.max(...endings.map(({ at }) => at)) - calledAt);
    for (const member of members) {
      member.close();
    }
    context.progress(`room of ${size} dismissed: ${toLast.at(-1)?.toFixed(1)} ms`);
  }
  api.close();
  const aim = aimMs === undefined ? undefined : { of: 'p50', atMost: aimMs };
  return latencyRow(`DismissRoom of ${size} light clients to the last`, toLast, aim);
}

async function fillRoom(options: {
  serverUrl: string;
  roomId: number;
  size: number;
}): Promise<LightClient[]> {
  const { serverUrl, roomId, size } = options;
  const speaker = await LightClient.enter({ serverUrl, roomId, userId: 'speaker' });
  await speaker.publish({ ...audioSource(1), packetsPerSecond: QUIET_PACKETS_PER_SECOND });
  const members = [speaker];
  while (members.length < size) {
    const first = members.length;
    const batch = Array.from({ length: Math.min(FILLING_AT_ONCE, size - first) }, async (_, index) => {
      const member = await LightClient.enter({ serverUrl, roomId, userId: `member${first + index}` });
      const receiver = await member.watch({ userId: 'speaker', kind: 'audio' });
      await receiver.firstRtp;
      return member;
    });
    members.push(...(await Promise.all(batch)));
  }
  return members;
}
