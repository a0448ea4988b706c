import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased, presenceOf } from './support/expectations.ts';
import { ROLE, SCENE, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

interface LiveRoom {
  readonly room: number;
  readonly anchor: Participant;
  readonly viewer: Participant;
}

async function liveRoom(): Promise<LiveRoom> {
  const [anchor, viewer] = await stage.users('anchor', 'viewer');
  const room = stage.room();
  await anchor.enterTalking({ room, scene: SCENE.live });
  await viewer.enter({ room, scene: SCENE.live, role: ROLE.audience });
  await viewer.waitFor('onUserVideoAvailable', ['anchor', 1]);
  await viewer.watch('anchor');
  return { room, anchor, viewer };
}

/** Somebody whose coming and going is announced: when it has been, anything earlier has been too. */
async function passerBy(room: number, witness: Participant): Promise<void> {
  const passer = await stage.user('passer');
  await passer.enter({ room, scene: SCENE.live });
  await witness.waitFor('onRemoteUserEnterRoom', ['passer']);
}

describe('a live room', () => {
  it('shows anchors to the audience, and the audience to nobody', async () => {
    const { room, anchor, viewer } = await liveRoom();
    await viewer.hears(1);
    await viewer.call('exitRoom');
    await expectReleased(viewer, 0);
    await passerBy(room, anchor);
    expect(await presenceOf(anchor, 'viewer')).toEqual([]);
  });

  it('ignores what an audience member publishes, with warning 6001', async () => {
    const { room, anchor, viewer } = await liveRoom();
    await viewer.call('startLocalPreview', { view: 'self' });
    await viewer.waitFor('onWarning', [6001]);
    await passerBy(room, anchor);
    expect(await presenceOf(anchor, 'viewer')).toEqual([]);
  });

  it('announces an audience member that becomes anchor, and its return with reason 3', async () => {
    const { anchor, viewer } = await liveRoom();
    await viewer.call('switchRole', ROLE.anchor);
    await viewer.waitFor('onSwitchRole', [0]);
    await viewer.call('startLocalPreview', { view: 'self' });
    await viewer.call('startLocalAudio', 2);
    await anchor.waitFor('onUserVideoAvailable', ['viewer', 1]);
    await anchor.waitFor('onUserAudioAvailable', ['viewer', 1]);
    await anchor.watch('viewer');

    const mark = await anchor.last();
    await viewer.call('switchRole', ROLE.audience);
    await anchor.waitFor('onRemoteUserLeaveRoom', ['viewer', 3]);
    expect(await presenceOf(anchor, 'viewer', mark)).toEqual([
      ['onUserVideoAvailable', 'viewer', 0],
      ['onUserAudioAvailable', 'viewer', 0],
      ['onRemoteUserLeaveRoom', 'viewer', 3],
    ]);
    await viewer.sees('anchor');
    expect((await viewer.journal()).filter(({ name }) => name === 'onExitRoom')).toEqual([]);

    const left = await anchor.last();
    await viewer.call('switchRole', ROLE.anchor);
    await anchor.waitFor('onRemoteUserEnterRoom', ['viewer'], { after: left });
  });

  it('publishes what was already captured when an audience member becomes anchor', async () => {
    const { anchor, viewer } = await liveRoom();
    await viewer.call('startLocalPreview', { view: 'self' });
    await viewer.waitFor('onCameraDidReady');
    await viewer.call('switchRole', ROLE.anchor);
    await anchor.waitFor('onUserVideoAvailable', ['viewer', 1]);
    await anchor.watch('viewer');
  });

  it('removes an audience member although nobody was told of it', async () => {
    const { room, anchor, viewer } = await liveRoom();
    await stage.api.removeUser(room, 'viewer');
    await expectReleased(viewer, 1);
    await passerBy(room, anchor);
    expect(await presenceOf(anchor, 'viewer')).toEqual([]);
  });

  it('sends everybody out when it is dismissed', async () => {
    const { room, anchor, viewer } = await liveRoom();
    await stage.api.dismissRoom(room);
    await Promise.all([expectReleased(viewer, 2), expectReleased(anchor, 2)]);
    expect(await presenceOf(viewer, 'anchor')).not.toContainEqual(['onRemoteUserLeaveRoom', 'anchor', 2]);
  });
});
