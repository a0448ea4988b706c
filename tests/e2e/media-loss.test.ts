import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inCall, presenceOf } from './support/expectations.ts';
import { mediaWorkers } from './support/media-workers.ts';
import { Network } from './support/network.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ timers: { mediaLost: 2_000 } });
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

describe('a user whose media does not get through any more, though signalling does', () => {
  it('shows nobody a frozen picture for long, and is back when the network is', async () => {
    const network = await Network.open(stage.serverUrl);
    const alice = await stage.user('alice', { via: network.url });
    const bob = await stage.user('bob');
    await inCall(stage.room(), [alice, bob]);
    const mark = await bob.last();
    await network.cutMedia();
    const gone = await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: mark, timeoutMs: 30_000 });
    await bob.waitFor('onUserAudioAvailable', ['alice', 0], { after: mark });
    expect((await presenceOf(bob, 'alice', mark)).map(([name]) => name)).not.toContain(
      'onRemoteUserLeaveRoom',
    );

    await network.restore();
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: gone, timeoutMs: 30_000 });
    await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: gone });
    await Promise.all([bob.watch('alice'), alice.sees('bob')]);
    for (const user of [alice, bob]) {
      expect((await user.journal()).map(({ name }) => name)).not.toContain('onExitRoom');
    }
    await stage.clear();
    await network.close();
  });
});

describe('a user who was cut off for longer than the path is held', () => {
  it('sees again those who send little', async () => {
    const network = await Network.open(stage.serverUrl);
    const alice = await stage.user('alice', { via: network.url });
    const bob = await stage.user('bob');
    // So little that the server's estimate of the path to alice stays at what it assumed at first.
    await bob.call('setVideoEncoderParam', { videoResolution: 104, videoFps: 15, videoBitrate: 150 });
    await inCall(stage.room(), [alice, bob]);
    const mark = await bob.last();
    await network.cut();
    await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: mark, timeoutMs: 30_000 });
    await network.restore();
    await Promise.all([alice.sees('bob'), bob.watch('alice')]);
    expect((await presenceOf(bob, 'alice', mark)).map(([name]) => name)).not.toContain(
      'onRemoteUserLeaveRoom',
    );
    await stage.clear();
    await network.close();
  });
});

describe('a media worker that dies', () => {
  it('is replaced, and nobody leaves the room for it', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    const [worker] = await mediaWorkers();
    process.kill(worker!, 'SIGKILL');
    await Promise.all([alice.sees('bob'), bob.sees('alice')]);
    expect(await mediaWorkers()).not.toContain(worker);
    const lines = [...(await alice.journal()), ...(await bob.journal())].map(({ name }) => name);
    expect(lines).not.toContain('onExitRoom');
    expect(lines).not.toContain('onRemoteUserLeaveRoom');
  });
});

describe('a browser that fails after the server has taken a stream', () => {
  it('takes it back, says so, and sends it when it is started again', async () => {
    const room = stage.room();
    const [alice, bob] = await stage.users('alice', 'bob');
    await Promise.all([alice.enter({ room }), bob.enter({ room })]);
    await alice.page.evaluate(() => {
      const name = 'setParameters';
      const original = Object.getOwnPropertyDescriptor(RTCRtpSender.prototype, name)!;
      const fail = (): Promise<void> => {
        Object.defineProperty(RTCRtpSender.prototype, name, original);
        return Promise.reject(new DOMException('not now', 'OperationError'));
      };
      Object.defineProperty(RTCRtpSender.prototype, name, { ...original, value: fail });
    });
    const mark = await bob.last();
    await alice.call('startLocalPreview', { view: 'self' });
    await alice.waitFor('onError', [-1]);
    const there = await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: mark });
    const gone = await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: there });
    await alice.call('stopLocalPreview');
    await alice.call('startLocalPreview', { view: 'self' });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: gone });
    await bob.watch('alice');
  });
});
