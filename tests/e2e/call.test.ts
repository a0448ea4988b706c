import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inCall, line, presenceOf } from './support/expectations.ts';
import { STREAM } from './support/participant.ts';
import { SignalProxy } from './support/signal-proxy.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const VIDEO_CANNOT_BE_DECODED = 2101;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

describe('a call', () => {
  it('carries picture and sound both ways between two users', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    await Promise.all([alice.hears(1), bob.hears(1)]);
    expect(await bob.received('alice')).toMatchObject({ codec: 'video/VP8' });
    await bob.waitFor('onFirstVideoFrame', ['alice', STREAM.big]);
    await bob.waitFor('onFirstAudioFrame', ['alice']);
  });

  it('carries picture and sound among three users in a room with a string id', async () => {
    const users = await stage.users('alice', 'bob', 'carol');
    await inCall(stage.stringRoom(), users);
    await Promise.all(users.map((user) => user.hears(2)));
  });

  it('keeps a numeric room and a string room of the same name apart', async () => {
    const [alice, bob, carol] = await stage.users('alice', 'bob', 'carol');
    const room = stage.room();
    await alice.enter({ room });
    await bob.enter({ room: String(room) });
    await carol.enter({ room });
    await alice.waitFor('onRemoteUserEnterRoom', ['carol']);
    expect(await presenceOf(alice, 'bob')).toEqual([]);
    expect((await bob.journal()).filter(({ name }) => name === 'onRemoteUserEnterRoom')).toEqual([]);
  });

  it('tells a newcomer of those who are there in the documented order', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.enterTalking({ room });
    await bob.enter({ room });
    await bob.waitFor('onUserAudioAvailable', ['alice', 1]);
    await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    const told = (await bob.journal())
      .map(line)
      .filter(([name]) => name !== 'enterRoom' && name !== 'onFirstAudioFrame');
    expect(told[0]?.[0]).toBe('onEnterRoom');
    expect(told[1]).toEqual(['onRemoteUserEnterRoom', 'alice']);
    expect(told.slice(2)).toEqual(
      expect.arrayContaining([
        ['onUserVideoAvailable', 'alice', 1],
        ['onUserAudioAvailable', 'alice', 1],
      ]),
    );
  });

  it('tells the sender of its own devices and first frames', async () => {
    const alice = await stage.user('alice');
    await alice.enterTalking({ room: stage.room() });
    const names = (await alice.journal()).map(({ name }) => name);
    expect(names).toContain('onMicDidReady');
    expect(names.indexOf('onCameraDidReady')).toBeLessThan(names.indexOf('onFirstVideoFrame'));
    expect(names.indexOf('onFirstVideoFrame')).toBeLessThan(names.indexOf('onSendFirstLocalVideoFrame'));
    await alice.waitFor('onFirstVideoFrame', ['']);
    expect(await alice.liveTracks()).toBe(2);
  });

  it('shows the first picture at once to somebody who comes later', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.enterTalking({ room });
    await bob.enter({ room });
    const available = await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    await bob.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
    const first = await bob.waitFor('onFirstVideoFrame', ['alice']);
    expect(first.at - available.at, 'milliseconds to the first picture').toBeLessThan(3_000);
  });
});

describe('codecs', () => {
  it('publishes H.264 when asked to', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await alice.call('callExperimentalAPI', '{"api":"setVideoCodec","params":{"codec":"h264"}}');
    await inCall(stage.room(), [alice, bob]);
    expect(await bob.received('alice')).toMatchObject({ codec: 'video/H264' });
    expect(await alice.received('bob')).toMatchObject({ codec: 'video/VP8' });
  });

  it('publishes as VP8 again when somebody cannot decode H.264, and warns that viewer until then', async () => {
    const proxy = await SignalProxy.open(stage.serverUrl, { hiddenCodec: 'video/H264' });
    const alice = await stage.user('alice');
    const bob = await stage.user('bob', { via: proxy.url });
    const room = stage.room();
    await alice.call('callExperimentalAPI', '{"api":"setVideoCodec","params":{"codec":"h264"}}');
    await alice.enterTalking({ room });
    // Otherwise it has been sent as VP8 before anybody looks.
    await bob.call('setDefaultStreamRecvMode', true, false);
    await bob.enter({ room });
    await bob.watch('alice');
    expect(await bob.received('alice')).toMatchObject({ codec: 'video/VP8' });
    await bob.waitFor('onWarning', [VIDEO_CANNOT_BE_DECODED]);
    await bob.close();
    await proxy.close();
  });
});

describe('muting and stopping', () => {
  it('tells the others, keeps the devices while muted, and comes back', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    let mark = await bob.last();
    await alice.call('muteLocalVideo', true);
    await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: mark });
    // Otherwise bob would look at alice's last picture.
    await until('nothing is to be seen of alice', async () => !(await bob.shows('alice')));
    await alice.call('muteLocalAudio', true);
    await bob.waitFor('onUserAudioAvailable', ['alice', 0], { after: mark });
    expect(await alice.liveTracks()).toBe(2);
    mark = await bob.last();
    await alice.call('muteLocalVideo', false);
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: mark });
    await alice.call('muteLocalAudio', false);
    await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: mark });
    await bob.sees('alice');
    expect(await bob.shows('alice')).toBe(true);
  });

  it('releases the device and tells the others when capture stops', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    const mark = await bob.last();
    await alice.call('stopLocalPreview');
    await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: mark });
    await alice.call('stopLocalAudio');
    await bob.waitFor('onUserAudioAvailable', ['alice', 0], { after: mark });
    await until('the devices are released', async () => (await alice.liveTracks()) === 0);
    await alice.call('startLocalPreview', { view: 'self' });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: mark });
    await bob.watch('alice');
  });
});

describe('big and small stream', () => {
  it('sends both and lets each viewer choose', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.call('enableSmallVideoStream', true, {
      videoResolution: 104,
      resMode: 0,
      videoFps: 15,
      videoBitrate: 150,
    });
    await alice.enterTalking({ room });
    await bob.enter({ room });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    await bob.watch('alice', STREAM.small);
    await until('the small picture arrives', async () => {
      const width = (await bob.received('alice'))?.width ?? 0;
      return width > 0 && width <= 320;
    });
    await bob.call('setRemoteVideoStreamType', 'alice', STREAM.big);
    await until('the big picture arrives', async () => ((await bob.received('alice'))?.width ?? 0) > 320);
    await bob.sees('alice');
  });
});

describe('screen sharing', () => {
  it('is a stream of its own, beside the camera', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    await alice.call('startScreenCapture', null, STREAM.sub);
    await alice.waitFor('onScreenCaptureStarted');
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    await bob.watch('alice', STREAM.sub);
    await bob.sees('alice', STREAM.big);
    expect(await alice.liveTracks()).toBe(3);
    await alice.call('stopScreenCapture');
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 0]);
    await until('the screen is released', async () => (await alice.liveTracks()) === 2);
    await bob.sees('alice', STREAM.big);
  });

  it('is refused to a second user with -102016, until the first has stopped', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await Promise.all([alice.enter({ room }), bob.enter({ room })]);
    await alice.call('startScreenCapture', null, STREAM.sub);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    await bob.call('startScreenCapture', null, STREAM.sub);
    await bob.waitFor('onError', [-102_016]);
    await until('the refused capture is released', async () => (await bob.liveTracks()) === 0);
    expect(await presenceOf(alice, 'bob')).not.toContainEqual(['onUserSubStreamAvailable', 'bob', 1]);
    await alice.call('stopScreenCapture');
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 0]);
    await bob.call('startScreenCapture', null, STREAM.sub);
    await alice.waitFor('onUserSubStreamAvailable', ['bob', 1]);
  });
});
