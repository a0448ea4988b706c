import { describe, expect, it, vi } from 'vitest';
import { createUser } from './user.contract.ts';

type User = ReturnType<typeof createUser>;

/** Alice in a room, with a camera that is being sent. */
async function withCamera(scene: 0 | 1 = 0): Promise<User> {
  const alice = createUser('alice');
  await alice.enter(scene);
  alice.cloud.startLocalPreview(null);
  await alice.fake.settle();
  alice.take();
  return alice;
}

/** Alice in a room, with a camera that she begins to send and the engine does not finish before `release`. */
async function publishing(scene: 0 | 1 = 0): Promise<{ alice: User; release: () => void }> {
  const alice = createUser('alice');
  await alice.enter(scene);
  const release = alice.fake.gates.hold('publish');
  alice.cloud.startLocalPreview(null);
  await alice.fake.settle();
  alice.take();
  return { alice, release };
}

function asked({ fake }: User, method: string): number {
  return fake.server.requests.filter((request) => request === method).length;
}

/** What is sent and what the server holds are the same one stream. */
function expectOneStream({ fake }: User): void {
  expect(fake.server.stays[0]?.streams.map(({ source }) => source)).toEqual(['video']);
  expect([...fake.engines.last.sent.keys()]).toEqual(['video']);
}

function expectNoStream({ fake }: User): void {
  expect(fake.server.stays[0]?.streams).toEqual([]);
  expect(fake.engines.last.sent.size).toBe(0);
}

describe('a stream that the server withdraws', () => {
  it('is sent again at once while packets get through, without a word', async () => {
    const alice = await withCamera();
    alice.fake.server.withdraw('alice', 'video');
    await alice.fake.settle();
    expectOneStream(alice);
    expect(asked(alice, 'publish')).toBe(2);
    expect(alice.take()).toEqual([]);
  });

  it('is sent again when packets get through again', async () => {
    const alice = await withCamera();
    alice.fake.engines.last.setConnectionState('send', 'disconnected');
    alice.fake.server.withdraw('alice', 'video');
    await alice.fake.settle();
    expectNoStream(alice);
    alice.fake.engines.last.setConnectionState('send', 'connected');
    await alice.fake.settle();
    expectOneStream(alice);
    expect(alice.take()).toEqual([]);
  });

  it('is sent again when packets get through for the first time', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.engines.last.path = 'silent';
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.fake.server.withdraw('alice', 'video');
    await alice.fake.settle();
    expectNoStream(alice);
    alice.fake.engines.last.setConnectionState('send', 'connected');
    await alice.fake.settle();
    expectOneStream(alice);
  });

  it('is sent again at once when only what is received is lost', async () => {
    const alice = await withCamera();
    alice.fake.engines.last.setConnectionState('recv', 'disconnected');
    alice.fake.server.withdraw('alice', 'video');
    await alice.fake.settle();
    expectOneStream(alice);
  });

  it('while it is still being published is sent again', async () => {
    const { alice, release } = await publishing();
    alice.fake.server.withdraw('alice', 'video');
    await alice.fake.settle();
    release();
    await alice.fake.settle();
    expectOneStream(alice);
    expect(asked(alice, 'publish')).toBe(2);
    expect(alice.take()).toEqual([]);
  });

  it('for a reason is told with it, and a screen share ends', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startScreenCapture(null);
    await alice.fake.settle();
    alice.take();
    alice.fake.server.withdraw('alice', 'sub', { code: -102016, message: 'somebody else shares' });
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -102016 …', 'onScreenCaptureStopped 0']);
    expectNoStream(alice);
    expect(alice.fake.devices.live).toEqual([]);
  });
});

describe('a media worker that is replaced', () => {
  it('while a stream is being published: it is published on the new one', async () => {
    const { alice, release } = await publishing();
    alice.fake.server.resetMedia('alice');
    await alice.fake.settle();
    release();
    await alice.fake.settle();
    expectOneStream(alice);
    expect(alice.take()).toEqual([]);
  });

  it.each(['publish', 'connectTransport'])('and could not answer %s: it is asked anew', async (method) => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    alice.fake.server.refusals.set(method, { code: -7, message: 'being set up anew' });
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onCameraDidReady']);
    alice.fake.server.refusals.clear();
    alice.fake.server.resetMedia('alice');
    await alice.fake.settle();
    expectOneStream(alice);
    expect(alice.take()).toEqual([]);
  });

  it('while a stream is being muted: the new one is muted', async () => {
    const alice = await withCamera();
    alice.fake.server.refusals.set('mute', { code: -7, message: 'being set up anew' });
    alice.cloud.muteLocalVideo(true);
    await alice.fake.settle();
    alice.fake.server.refusals.clear();
    alice.fake.server.resetMedia('alice');
    await alice.fake.settle();
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ source: 'video', muted: true }]);
    expect(alice.take()).toEqual([]);
  });
});

describe('what becomes of the transport while something waits for it is no failure', () => {
  it('of publishing', async () => {
    const { alice, release } = await publishing(1);
    alice.cloud.switchRole(21);
    await alice.fake.settle();
    release();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onSwitchRole 0 ']);
    expectNoStream(alice);
  });

  it('of muting', async () => {
    const alice = await withCamera(1);
    const release = alice.fake.gates.hold('setMuted');
    alice.cloud.muteLocalVideo(true);
    await alice.fake.settle();
    alice.cloud.switchRole(21);
    await alice.fake.settle();
    release();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onSwitchRole 0 ']);
    expectNoStream(alice);
  });
});

describe('a stream that could not be set up after the server had taken it', () => {
  it('is taken back, told once, and sent when it is started again', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    // The path is up before, so that nothing asks for another try.
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    alice.cloud.stopLocalAudio();
    await alice.fake.settle();
    alice.take();
    alice.fake.engines.failing.add('publish');
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onCameraDidReady', 'onError -1 …']);
    expectNoStream(alice);
    alice.fake.engines.failing.clear();
    alice.cloud.stopLocalPreview();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    expectOneStream(alice);
  });
});

describe('a link that is lost while a stream is being published', () => {
  it('after the server has taken it: it goes on', async () => {
    const { alice, release } = await publishing();
    alice.fake.network.breakAll();
    await alice.fake.advance(1_500);
    release();
    await alice.fake.settle();
    expectOneStream(alice);
    expect(asked(alice, 'publish')).toBe(1);
    expect(asked(alice, 'unpublish')).toBe(0);
  });

  it('before the answer came: it is published anew, and nothing of it stays', async () => {
    const alice = createUser('alice');
    await alice.enter();
    const release = alice.fake.gates.hold('frame to client');
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.take();
    alice.fake.network.breakAll();
    release();
    await alice.fake.advance(1_500);
    expectOneStream(alice);
    expect(alice.take()).not.toContain('onError -1 …');
  });
});

describe('a picture that the user mutes', () => {
  it('while it is being published is never sent', async () => {
    const { alice, release } = await publishing();
    const setMuted = vi.spyOn(alice.fake.engines.last, 'setMuted');
    alice.cloud.muteLocalVideo(true);
    release();
    await alice.fake.settle();
    expect(setMuted).not.toHaveBeenCalledWith('video', false);
    expect(alice.fake.engines.last.sent.get('video')?.muted).toBe(true);
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ muted: true }]);
    await alice.fake.advance(1_000);
    expect(alice.take()).toEqual([]);
  });

  it('again before the server has heard that it is not muted any more stays back', async () => {
    const alice = await withCamera();
    alice.cloud.muteLocalVideo(true);
    await alice.fake.settle();
    const setMuted = vi.spyOn(alice.fake.engines.last, 'setMuted');
    const release = alice.fake.gates.hold('frame to server');
    alice.cloud.muteLocalVideo(false);
    await alice.fake.settle();
    alice.cloud.muteLocalVideo(true);
    release();
    await alice.fake.settle();
    expect(setMuted).not.toHaveBeenCalled();
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ muted: true }]);
    alice.cloud.muteLocalVideo(false);
    await alice.fake.settle();
    expect(alice.fake.engines.last.sent.get('video')?.muted).toBe(false);
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ muted: false }]);
  });

  it('while the link is down is not sent, also if its stream has to begin anew', async () => {
    const alice = await withCamera();
    alice.fake.network.breakAll();
    alice.cloud.enableSmallVideoStream(false);
    alice.cloud.muteLocalVideo(true);
    await alice.fake.settle();
    expect(alice.fake.engines.last.sent.get('video')?.muted).toBe(true);
    await alice.fake.advance(1_500);
    expect(asked(alice, 'publish')).toBe(2);
    expect(alice.fake.engines.last.sent.get('video')?.muted).toBe(true);
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ muted: true }]);
  });
});

describe('a microphone that is not muted', () => {
  it('is heard after a link was lost, also if its stream had to begin anew with other sound', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalAudio(2);
    await alice.fake.settle();
    const [microphone] = alice.fake.devices.live;
    alice.fake.network.breakAll();
    alice.cloud.setAudioQuality(3);
    alice.cloud.setAudioCaptureVolume(80);
    await alice.fake.settle();
    expect(alice.fake.engines.last.sent.get('audio')?.track, 'the other sound is sent meanwhile').not.toBe(
      microphone,
    );
    await alice.fake.advance(1_500);
    expect(asked(alice, 'publish')).toBe(2);
    expect(microphone?.enabled).toBe(true);
    expect(alice.fake.engines.last.sent.get('audio')).toMatchObject({
      muted: false,
      track: { enabled: true },
    });
  });

  it('any more while it is being published is heard, also if it is led through effects by then', async () => {
    const alice = createUser('alice');
    await alice.enter();
    const release = alice.fake.gates.hold('publish');
    alice.cloud.muteLocalAudio(true);
    alice.cloud.startLocalAudio(2);
    await alice.fake.settle();
    const [microphone] = alice.fake.devices.live;
    alice.cloud.muteLocalAudio(false);
    alice.cloud.setAudioCaptureVolume(80);
    release();
    await alice.fake.settle();
    expect(microphone?.enabled).toBe(true);
    expect(alice.fake.engines.last.sent.get('audio')).toMatchObject({
      muted: false,
      track: { enabled: true },
    });
  });
});
