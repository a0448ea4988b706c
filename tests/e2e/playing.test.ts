import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { line } from './support/expectations.ts';
import { Network } from './support/network.ts';
import type { JournalEntry } from './support/page/journal.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { arrivesAs } from './support/rates.ts';
import { Stage } from './support/stage.ts';

const STOPPED = 0;
const PLAYING = 1;
const LOADING = 2;
type Call = [method: string, ...args: (string | number | boolean | object)[]];

const BY = {
  bufferingBegin: 1,
  bufferingEnd: 2,
  me: 3,
  stoppedByMe: 4,
  sender: 5,
  stoppedBySender: 6,
} as const;

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

async function toldVideo(viewer: Participant, status: number, reason: number, after?: JournalEntry) {
  const args = ['alice', STREAM.big, status, reason] as const;
  return viewer.waitFor('onRemoteVideoStatusUpdated', args, { after, timeoutMs: 30_000 });
}

async function toldAudio(viewer: Participant, status: number, reason: number, after?: JournalEntry) {
  return viewer.waitFor('onRemoteAudioStatusUpdated', ['alice', status, reason], {
    after,
    timeoutMs: 30_000,
  });
}

async function toldOfStatus(viewer: Participant, after?: JournalEntry): Promise<unknown[][]> {
  const told = (await viewer.since(after)).filter(({ name }) => /^onRemote(Video|Audio)Status/.test(name));
  return told.map(line);
}

describe('whether somebody is seen and heard', () => {
  it('is told when the network of the viewer breaks and when it is back', async () => {
    const { bob, network: way } = await pair();
    await toldVideo(bob, PLAYING, BY.me);
    await toldAudio(bob, PLAYING, BY.sender);
    const mark = await bob.last();
    const cutAt = Date.now();
    await way.cutMedia();
    const loading = await Promise.all([
      toldVideo(bob, LOADING, BY.bufferingBegin, mark),
      toldAudio(bob, LOADING, BY.bufferingBegin, mark),
    ]);
    for (const { at } of loading) expect(at - cutAt, 'milliseconds').toBeLessThan(4_000);
    await way.restore();
    await Promise.all([
      toldVideo(bob, PLAYING, BY.bufferingEnd, mark),
      toldAudio(bob, PLAYING, BY.bufferingEnd, mark),
      bob.sees('alice'),
    ]);
    expect(await toldOfStatus(bob, mark)).toHaveLength(4);
  });

  it('is told when the sender stops, mutes, goes on and leaves', async () => {
    const { alice, bob } = await pair();
    await toldVideo(bob, PLAYING, BY.me);
    await toldAudio(bob, PLAYING, BY.sender);
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
      const stopped = await toldVideo(bob, STOPPED, BY.stoppedBySender, mark);
      const gone = await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: mark });
      expect(stopped.seq).toBeLessThan(gone.seq);
      await alice.call(...start);
      await toldVideo(bob, PLAYING, BY.sender, gone);
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
    await toldVideo(bob, PLAYING, BY.me);
    await toldAudio(bob, PLAYING, BY.sender);
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
      await toldVideo(bob, STOPPED, BY.stoppedByMe, mark);
      await bob.call(...start);
      await toldVideo(bob, PLAYING, BY.me, mark);
    }
    const mark = await bob.last();
    await bob.call('muteRemoteAudio', 'alice', true);
    await toldAudio(bob, STOPPED, BY.stoppedByMe, mark);
    await bob.call('muteRemoteAudio', 'alice', false);
    await toldAudio(bob, PLAYING, BY.me, mark);
    const before = await bob.last();
    await bob.call('exitRoom');
    await bob.waitFor('onExitRoom', [0]);
    expect(await toldOfStatus(bob, before)).toEqual([]);
  });

  it('stays as it is while everything comes, be it silence or one picture a second', async () => {
    const { alice, bob } = await pair();
    await alice.call('setVideoEncoderParam', { videoResolution: 104, videoFps: 1, videoBitrate: 100 });
    await alice.call('setAudioCaptureVolume', 0);
    await Promise.all([toldVideo(bob, PLAYING, BY.me), toldAudio(bob, PLAYING, BY.sender)]);
    const mark = await bob.last();
    const slowly = { viewer: bob, userId: 'alice', what: 'once a second' };
    await arrivesAs(slowly, ({ fps }) => fps > 0 && fps < 1.6, { periodMs: 8_000 });
    expect(await toldOfStatus(bob, mark)).toEqual([]);
  });
});
