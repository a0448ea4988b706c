import { describe, expect, it } from 'vitest';
import { FakeServer } from '../testing/fake-server.ts';
import { createUser, expectNothingLeft } from './user.contract.ts';

describe('capture and leaving', () => {
  it('refuses to open devices between exitRoom and onExitRoom, and opens them afterwards', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    alice.cloud.exitRoom();
    alice.cloud.startLocalPreview(null);
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -1301 …', 'onError -1302 …', 'onExitRoom 0']);
    expect(alice.fake.devices.requests).toBe(0);
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onCameraDidReady']);
  });

  it('refuses a camera while a removal waits for a microphone that is still being opened', async () => {
    const alice = createUser('alice');
    await alice.enter();
    const arrive = alice.fake.gates.hold('open audio');
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    alice.fake.server.end('alice', 'removed');
    await alice.fake.settle();
    alice.take();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -1301 …']);
    arrive();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 1']);
    expect(alice.fake.devices.live).toEqual([]);
  });

  it('waits outside of rooms, too, for a camera that is still being opened; entering has to wait as well', async () => {
    const alice = createUser('alice');
    const arrive = alice.fake.gates.hold('open video');
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual([]);
    await alice.enter();
    expect(alice.take()).toEqual(['onEnterRoom -3340', 'onError -3340 …']);
    arrive();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0']);
    expect(alice.fake.devices.tracks.map(({ readyState }) => readyState)).toEqual(['ended']);
    await alice.enter();
    expect(alice.take()).toEqual([expect.stringMatching(/^onEnterRoom \d+$/)]);
  });
});

describe('what fails on the way', () => {
  it('a refused mute is told and silences nothing for ever', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.fake.server.refusals.set('mute', { code: -102023, message: 'not now' });
    alice.cloud.muteLocalVideo(true);
    await alice.fake.settle();
    alice.fake.server.refusals.clear();
    alice.cloud.muteLocalVideo(false);
    await alice.fake.settle();
    expect(alice.told).toContain('onError -102023 …');
    expect(alice.fake.engines.last.sent.get('video')?.muted).toBe(false);
    expect(alice.fake.server.requests).not.toContain('unpublish');
  });

  it('a sender that takes no other bitrate is muted all the same', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.fake.engines.failing.add('setEncoding');
    alice.cloud.setVideoEncoderParam({ videoBitrate: 900 });
    alice.cloud.muteLocalVideo(true);
    await alice.fake.settle();
    expect(alice.told).toContain('onError -1 …');
    expect(alice.fake.engines.last.sent.get('video')?.muted).toBe(true);
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ source: 'video', muted: true }]);
  });

  it('a browser that cannot publish says so', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    alice.fake.engines.failing.add('publish');
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    // Once more when the path is up: each try is told.
    expect([...new Set(alice.take())]).toEqual(['onCameraDidReady', 'onError -1 …']);
  });

  it('a refused subscription is asked for again when the application asks again', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['video']);
    const alice = createUser('alice', server);
    await alice.enter();
    alice.take();
    server.refusals.set('subscribe', { code: -102023, message: 'not now' });
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -102023 …']);
    server.refusals.clear();
    alice.cloud.stopRemoteView('bob', 0);
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    expect(alice.fake.engines.last.received.size).toBe(1);
  });

  it('a stream that cannot be decoded is a warning with its user', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['video']);
    const alice = createUser('alice', server);
    await alice.enter();
    alice.take();
    server.refusals.set('subscribe', { code: -4, message: 'cannot decode' });
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    expect(alice.take()).toEqual([expect.stringMatching(/^onWarning 2101 /)]);
  });

  it('a subscription that does not begin to flow is no black tile', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['video']);
    const alice = createUser('alice', server);
    await alice.enter();
    alice.take();
    server.refusals.set('resumeConsumer', { code: -102023, message: 'not now' });
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -102023 …']);
    expect(alice.fake.playback.pictures.size).toBe(0);
    server.refusals.clear();
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.fake.settle();
    expect(alice.fake.playback.pictures.size).toBe(1);
  });
});

describe('what is asked for early', () => {
  it('a view that was started before the room is entered shows its user there', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['video']);
    const alice = createUser('alice', server);
    alice.cloud.startRemoteView('bob', null, 0);
    await alice.enter();
    expect(alice.fake.playback.pictures.size).toBe(1);
  });
});

describe('the way back', () => {
  it('tells why somebody left during the cut', async () => {
    const server = new FakeServer();
    server.addUser('bob');
    const alice = createUser('alice', server);
    await alice.enter();
    alice.fake.network.breakAll();
    server.end('bob', 'removed');
    await alice.fake.advance(2_000);
    expect(alice.told).toContain('onRemoteUserLeaveRoom bob 2');
  });

  it('ends when the server closes the way back for good', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    alice.fake.server.ignored.add('resume');
    alice.fake.network.breakAll();
    await alice.fake.advance(1_500);
    alice.fake.network.breakAll(4001);
    await alice.fake.advance(5_000);
    expect(alice.take().slice(-2)).toEqual(['onError -102023 …', 'onExitRoom 3']);
    expectNothingLeft(alice);
  });

  it('gives a leave that gets no answer up with the stay', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.network.breakAll();
    alice.fake.network.state = 'refusing';
    alice.fake.gates.hold('post');
    alice.cloud.exitRoom();
    await alice.fake.advance(30_000);
    expect(alice.told.at(-1)).toBe('onExitRoom 0');
    expectNothingLeft(alice);
  });
});

describe('destroy', () => {
  it('from within a callback silences the other listeners of the same callback', async () => {
    const alice = createUser('alice');
    let later = 0;
    alice.cloud.removeAllListeners();
    alice.cloud.on('onEnterRoom', () => alice.cloud.destroy());
    alice.cloud.on('onEnterRoom', () => later++);
    await alice.enter();
    expect(later).toBe(0);
  });
});
