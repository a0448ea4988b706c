import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Network } from './support/network.ts';
import { ROLE, SCENE, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const TIMERS = { heartbeat: 300, linkDead: 1_000, firstRetry: 200, maxRetry: 500, giveUp: 8_000 };

let stage: Stage;
let network: Network;
beforeAll(async () => {
  stage = await Stage.open({ timers: TIMERS });
  network = await Network.open(stage.serverUrl);
});
afterEach(async () => {
  await network.restore();
  await stage.clear();
});
afterAll(async () => {
  await network?.close();
  await stage?.close();
});

interface LiveRoom {
  readonly anchor: Participant;
  readonly guest: Participant;
  readonly viewer: Participant;
}

async function liveRoom({ viewerVia }: { viewerVia?: string } = {}): Promise<LiveRoom> {
  const [anchor, guest] = await stage.users('anchor', 'guest');
  const viewer = await stage.user('viewer', viewerVia ? { via: viewerVia } : {});
  const room = stage.room();
  await anchor.enter({ room, scene: SCENE.live });
  await guest.enter({ room, scene: SCENE.live });
  await viewer.enter({ room, scene: SCENE.live, role: ROLE.audience });
  return { anchor, guest, viewer };
}

/** [sender, cmdId, seq, text] in the order of arrival. */
async function received(by: Participant): Promise<readonly unknown[][]> {
  return (await by.journal())
    .filter(({ name }) => name === 'onRecvCustomCmdMsg')
    .map(({ args }) => [...args]);
}

const say = (from: Participant, message: string | { readonly bytes: readonly number[] }): Promise<unknown> =>
  from.call('sendCustomCmdMsg', 1, message, true, true);

describe('custom messages', () => {
  it('arrive as they were sent and in order, also at the audience', async () => {
    const { anchor, guest, viewer } = await liveRoom();
    const tricky = `${String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code))} \uFEFF👋`;
    const bytes = [...new TextEncoder().encode(tricky)];
    expect(await say(anchor, tricky)).toBe(true);
    for (let index = 1; index <= 20; index++) expect(await say(anchor, `${index}`)).toBe(true);
    expect(await anchor.call('sendCustomCmdMsg', 2, { bytes }, true, true)).toBe(true);
    const expected = [
      ['anchor', 1, 1, tricky],
      ...Array.from({ length: 20 }, (_, index) => ['anchor', 1, index + 2, `${index + 1}`]),
      ['anchor', 2, 1, tricky],
    ];
    for (const member of [guest, viewer]) {
      await until(
        `${member.userId} got them`,
        async () => (await received(member)).length >= expected.length,
      );
      expect(await received(member)).toEqual(expected);
    }
    expect(await received(anchor)).toEqual([]);
  });

  it('are refused to the audience, and to everybody outside a room', async () => {
    const { anchor, guest, viewer } = await liveRoom();
    expect(await say(viewer, '1')).toBe(false);
    await anchor.call('exitRoom');
    await anchor.waitFor('onExitRoom');
    expect(await say(anchor, '2')).toBe(false);
    expect(await say(guest, '3')).toBe(true);
    await until('the viewer got the allowed one', async () => (await received(viewer)).length > 0);
    expect(await received(viewer)).toEqual([['guest', 1, 1, '3']]);
    expect(await received(guest)).toEqual([]);
  });

  it('are throttled where they are sent: 30 a second arrive, the sender knows which', async () => {
    const { anchor, guest, viewer } = await liveRoom();
    const accepted = await anchor.page.evaluate(() =>
      Array.from({ length: 60 }, (_, index) =>
        window.driver.call('sendCustomCmdMsg', [1, `${index}`, true, true]),
      ),
    );
    expect(accepted).toEqual([...Array(30).fill(true), ...Array(30).fill(false)]);
    expect(await say(guest, '99')).toBe(true);
    await until('the viewer got both', async () => (await received(viewer)).length >= 31);
    const ofAnchor = (await received(viewer)).filter(([from]) => from === 'anchor');
    expect(ofAnchor.map(([, , , text]) => text)).toEqual(
      Array.from({ length: 30 }, (_, index) => `${index}`),
    );
    await anchor.page.waitForTimeout(1_000);
    expect(await say(anchor, '100')).toBe(true);
    expect(await say(anchor, { bytes: Array(1025).fill(7) })).toBe(false);
  });

  it('that were sent while the link was down are told as missed', async () => {
    const { anchor, viewer } = await liveRoom({ viewerVia: network.url });
    await say(anchor, '1');
    await until('the viewer got the first', async () => (await received(viewer)).length === 1);
    await network.cut();
    await viewer.waitFor('onConnectionLost');
    for (const text of ['2', '3', '4']) await say(anchor, text);
    await network.restore();
    await viewer.waitFor('onConnectionRecovery');
    await viewer.waitFor('onMissCustomCmdMsg', ['anchor', 1, -1, 3]);
    await say(anchor, '5');
    await until('the viewer got the last', async () => (await received(viewer)).length === 2);
    expect((await received(viewer)).map(([, , seq]) => seq)).toEqual([1, 5]);
    const missed = (await viewer.journal()).filter(({ name }) => name === 'onMissCustomCmdMsg');
    expect(missed).toHaveLength(1);
  });

  it('that a dying link swallowed on the way out are sent again, once', async () => {
    const [anchor] = [await stage.user('anchor', { via: network.url })];
    const guest = await stage.user('guest');
    const room = stage.room();
    await anchor.enter({ room });
    await guest.enter({ room });
    await network.cut();
    for (const text of ['1', '2']) expect(await say(anchor, text)).toBe(true);
    await anchor.waitFor('onConnectionLost');
    expect(await say(anchor, '3')).toBe(false);
    await network.restore();
    await anchor.waitFor('onConnectionRecovery');
    expect(await say(anchor, '4')).toBe(true);
    await until('the guest got all', async () => (await received(guest)).length >= 3);
    expect(await received(guest)).toEqual(
      ['1', '2', '4'].map((text, index) => ['anchor', 1, index + 1, text]),
    );
  });
});
