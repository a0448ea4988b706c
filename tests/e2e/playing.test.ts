import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Network } from './support/network.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { arrivesAs } from './support/rates.ts';
import { Stage } from './support/stage.ts';
import { BY, LOADING, PLAYING, STOPPED, toldAudio, toldOfStatus, toldVideo } from './support/status.ts';

type Call = [method: string, ...args: (string | number | boolean | object)[]];

let stage: Stage;
let network: Network | undefined;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  await stage.clear();
  await network?.close();
  network = undefined;
});
afterAll(() => stage?.close());

/** Alice, who sends, and Bob behind a network of his own, who looks and listens. */
async function pair(): Promise<{ alice: Participant; bob: Participant; network: Network }> {
  const opened = await Network.open(stage.serverUrl);
  network = opened;
  const alice = await stage.user('alice');
  const bob = await stage.user('bob', { via: opened.url });
  const room = stage.room();
  await alice.enterTalking({ room });
  await bob.enter({ room });
  await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
  await bob.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
  return { alice, bob, network: opened };
}

describe('whether somebody is seen and heard', () => {
  it('is told when the network of the viewer breaks and when it is back', async () => {
    const { bob, network: way } = await pair();
    await toldVideo(bob, ['alice', PLAYING, BY.me]);
    await toldAudio(bob, ['alice', PLAYING, BY.sender]);
    const mark = await bob.last();
    const cutAt = Date.now();
    await way.cutMedia();
    const loading = await Promise.all([
      toldVideo(bob, ['alice', LOADING, BY.bufferingBegin], mark),
      toldAudio(bob, ['alice', LOADING, BY.bufferingBegin], mark),
    ]);
    for (const { at } of loading) expect(at - cutAt, 'milliseconds').toBeLessThan(6_000);
    await way.restore();
    await Promise.all([
      toldVideo(bob, ['alice', PLAYING, BY.bufferingEnd], mark),
      toldAudio(bob, ['alice', PLAYING, BY.bufferingEnd], mark),
      bob.sees('alice'),
    ]);
    expect(await toldOfStatus(bob, mark)).toHaveLength(4);
  });

  it('is told when the sender stops, mutes, goes on and leaves', async () => {
    const { alice, bob } = await pair();
    await toldVideo(bob, ['alice', PLAYING, BY.me]);
    await toldAudio(bob, ['alice', PLAYING, BY.sender]);
    const switches: [Call, Call][] = [
      [['stopLocalPreview'], ['startLocalPreview', { view: 'self' }]],
      [
        ['muteLocalVideo', true, STREAM.big],
        ['muteLocalVideo', false, STREAM.big],
      ],
    ];
    for (const [stop, start] of switches) {
      const mark = await bob.last();
      await alice.call(...stop);
      const stopped = await toldVideo(bob, ['alice', STOPPED, BY.stoppedBySender], mark);
      const gone = await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: mark });
      expect(stopped.seq).toBeLessThan(gone.seq);
      await alice.call(...start);
      await toldVideo(bob, ['alice', PLAYING, BY.sender], gone);
    }
    const mark = await bob.last();
    await alice.call('exitRoom');
    const left = await bob.waitFor('onRemoteUserLeaveRoom', ['alice'], { after: mark });
    expect(await toldOfStatus(bob, mark)).toEqual([
      ['onRemoteVideoStatusUpdated', 'alice', STREAM.big, STOPPED, BY.stoppedBySender],
      ['onRemoteAudioStatusUpdated', 'alice', STOPPED, BY.stoppedBySender],
    ]);
    expect(await toldOfStatus(bob, left)).toEqual([]);
  });

  it('is told when the viewer stops looking and listening, and when it leaves no more', async () => {
    const { bob } = await pair();
    await toldVideo(bob, ['alice', PLAYING, BY.me]);
    await toldAudio(bob, ['alice', PLAYING, BY.sender]);
    const switches: [Call, Call][] = [
      [
        ['stopRemoteView', 'alice', STREAM.big],
        ['startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big],
      ],
      [
        ['muteRemoteVideoStream', 'alice', true, STREAM.big],
        ['muteRemoteVideoStream', 'alice', false, STREAM.big],
      ],
    ];
    for (const [stop, start] of switches) {
      const mark = await bob.last();
      await bob.call(...stop);
      await toldVideo(bob, ['alice', STOPPED, BY.stoppedByMe], mark);
      await bob.call(...start);
      await toldVideo(bob, ['alice', PLAYING, BY.me], mark);
    }
    const mark = await bob.last();
    await bob.call('muteRemoteAudio', 'alice', true);
    await toldAudio(bob, ['alice', STOPPED, BY.stoppedByMe], mark);
    await bob.call('muteRemoteAudio', 'alice', false);
    await toldAudio(bob, ['alice', PLAYING, BY.me], mark);
    const before = await bob.last();
    await bob.call('exitRoom');
    await bob.waitFor('onExitRoom', [0]);
    expect(await toldOfStatus(bob, before)).toEqual([]);
  });

  it('stays as it is while everything comes, be it silence or one picture a second', async () => {
    const { alice, bob } = await pair();
    await alice.call('setVideoEncoderParam', { videoResolution: 104, videoFps: 1, videoBitrate: 100 });
    await alice.call('setAudioCaptureVolume', 0);
    await Promise.all([
      toldVideo(bob, ['alice', PLAYING, BY.me]),
      toldAudio(bob, ['alice', PLAYING, BY.sender]),
    ]);
    const mark = await bob.last();
    const slowly = { viewer: bob, userId: 'alice', what: 'once a second' };
    await arrivesAs(slowly, ({ fps }) => fps > 0 && fps < 1.6, { periodMs: 8_000 });
    expect(await toldOfStatus(bob, mark)).toEqual([]);
  });
});
