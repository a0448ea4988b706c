import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../testing/fake-platform.ts';
import { ARGUMENTS } from './arguments.ts';
import { TRTCCloud } from './cloud.ts';
import { TRTCParams, TRTCSwitchRoomParam } from './params.ts';
import { createUser, expectNothingLeft } from './user.contract.ts';

const PIXELS = new ArrayBuffer(4);
const FRAME = { data: new ArrayBuffer(1920), sampleRate: 48_000, channel: 1 };
const FORWARD = [0, 0, 0];
const params = new TRTCParams(1400000001, 'alice', 'ticket', 77);
const render = { onRenderVideoFrame: () => undefined };

/** What each method is called with, so that it would do all that it can; the others take nothing. */
const CALLS: Readonly<Record<string, readonly unknown[]>> = {
  on: ['onError', () => undefined],
  once: ['onError', () => undefined],
  off: ['onError', () => undefined],
  addListener: ['onRecvSEIMsg', () => undefined],
  removeListener: ['onError', () => undefined],
  setServerUrl: ['http://other.test'],
  enterRoom: [params, 0],
  switchRoom: [new TRTCSwitchRoomParam(79)],
  switchRole: [20],
  connectOtherRoom: ['{"roomId":79,"userId":"bob"}'],
  setDefaultStreamRecvMode: [true, true],
  startLocalPreview: [null],
  updateLocalView: [null],
  muteLocalVideo: [true],
  setVideoEncoderParam: [{}],
  setSubStreamEncoderParam: [{}],
  setNetworkQosParam: [{}],
  setCameraCaptureParams: [{ mode: 0, width: 0, height: 0 }],
  enableSmallVideoStream: [true],
  setLocalRenderParams: [{}],
  startRemoteView: ['bob', null],
  updateRemoteView: ['bob', null],
  stopRemoteView: ['bob'],
  setRemoteVideoStreamType: ['bob', 1],
  muteRemoteVideoStream: ['bob', true],
  muteAllRemoteVideoStreams: [true],
  setRemoteRenderParams: ['bob', 0, {}],
  setLocalViewFillMode: [0],
  setLocalViewRotation: [1],
  setLocalViewMirror: [true],
  setRemoteViewFillMode: ['bob', 0],
  setRemoteViewRotation: ['bob', 1],
  setRemoteSubStreamViewFillMode: ['bob', 0],
  setRemoteSubStreamViewRotation: ['bob', 1],
  startRemoteSubStreamView: ['bob', null],
  stopRemoteSubStreamView: ['bob'],
  setPriorRemoteVideoStreamType: [1],
  setWaterMark: [0, 'http://page.test/mark.png', 0, 0, 0, 0.1, 0.1, 0.2],
  setVideoMuteImage: [{ buffer: PIXELS, length: 4, width: 1, height: 1 }, 5],
  setVideoEncoderRotation: [2],
  setVideoEncoderMirror: [true],
  snapshotVideo: ['', 0],
  setLocalVideoRenderCallback: [1, 1, render],
  setRemoteVideoRenderCallback: ['bob', 1, 1, render],
  startLocalAudio: [2],
  setAudioQuality: [3],
  muteLocalAudio: [true],
  muteRemoteAudio: ['bob', true],
  muteAllRemoteAudio: [true],
  setRemoteAudioVolume: ['bob', 50],
  setAudioCaptureVolume: [50],
  setAudioPlayoutVolume: [50],
  setAudioFrameCallback: [{ onPlayAudioFrame: () => undefined }],
  setRemoteAudioParallelParams: [{ maxCount: 1, includeUsers: [] }],
  enable3DSpatialAudioEffect: [true],
  updateSelf3DSpatialPosition: [FORWARD, FORWARD, FORWARD, FORWARD],
  updateRemote3DSpatialPosition: ['bob', FORWARD],
  set3DSpatialReceivingRange: ['bob', 10],
  enableVoiceEarMonitor: [true],
  setVoiceEarMonitorVolume: [50],
  setVoiceCaptureVolume: [50],
  setVoiceReverbType: [1],
  setMusicObserver: [null],
  startPlayMusic: [{ id: 1, path: 'http://page.test/music.mp3' }],
  stopPlayMusic: [1],
  pausePlayMusic: [1],
  resumePlayMusic: [1],
  seekMusicToPosInTime: [1, 0],
  getMusicCurrentPosInMS: [1],
  getMusicDurationInMS: ['http://page.test/music.mp3'],
  setAllMusicVolume: [50],
  setMusicPlayoutVolume: [1, 50],
  setMusicPublishVolume: [1, 50],
  startSystemAudioLoopback: [null],
  setSystemAudioLoopbackVolume: [50],
  setSubStreamMixVolume: [50],
  enableCustomAudioCapture: [true],
  sendCustomAudioData: [FRAME],
  enableMixExternalAudioFrame: [true, true],
  mixExternalAudioFrame: [FRAME],
  setMixExternalAudioVolume: [50, 50],
  playBGM: ['http://page.test/music.mp3'],
  getBGMDuration: ['http://page.test/music.mp3'],
  setBGMPosition: [0],
  setBGMVolume: [50],
  setBGMPlayoutVolume: [50],
  setBGMPublishVolume: [50],
  playAudioEffect: [{ effectId: 1, path: 'http://page.test/effect.mp3' }],
  setAudioEffectVolume: [1, 50],
  stopAudioEffect: [1],
  pauseAudioEffect: [1],
  resumeAudioEffect: [1],
  setAllAudioEffectsVolume: [50],
  setMicVolumeOnMixing: [50],
  enableAudioVolumeEvaluation: [300],
  startLocalRecording: [{ filePath: 'call.webm', recordType: 0, interval: 1000, maxDurationPerFile: 0 }],
  startAudioRecording: ['call.wav'],
  setRecordedFileReceiver: [() => undefined],
  startSpeedTest: [
    {
      sdkAppId: 1400000001,
      userId: 'alice',
      userSig: 'ticket',
      expectedUpBandwidth: 100,
      expectedDownBandwidth: 100,
    },
  ],
  sendCustomCmdMsg: [1, 'hello', true, true],
  sendSEIMsg: [PIXELS, 1],
  selectScreenCaptureTarget: [{ type: 1, sourceId: 'screen' }],
  startScreenCapture: [null],
  startCameraDeviceTest: [null],
  startMicDeviceTest: [200, true],
  startSpeakerDeviceTest: ['http://page.test/tone.wav'],
  setCurrentCameraDevice: ['camera-2'],
  setCurrentMicDevice: ['mic-2'],
  setCurrentSpeakerDevice: ['speaker-2'],
  setCurrentMicDeviceVolume: [50],
  setCurrentMicDeviceMute: [true],
  setCurrentSpeakerVolume: [50],
  setCurrentSpeakerDeviceMute: [true],
  enableFollowingDefaultAudioDevice: [0, true],
  setLogLevel: [2],
  setConsoleEnabled: [false],
  setLogCallback: [null],
  log: ['a line'],
  setRenderMode: [1],
  setEnableRenderFrame: [true],
  callExperimentalAPI: ['{"api":"setVideoCodec","params":{"codec":"h264"}}'],
};

const INSIDE = [
  'constructor',
  'destroy',
  'start',
  'tellFailure',
  'attempt',
  'later',
  'fire',
  'listened',
  'warnUnsupported',
];

function everyMethod(): string[] {
  const names = new Set<string>();
  let of = TRTCCloud.prototype as object;
  for (; of !== Object.prototype; of = Object.getPrototypeOf(of) as object) {
    for (const name of Object.getOwnPropertyNames(of)) names.add(name);
  }
  return [...names].filter((name) => !INSIDE.includes(name));
}

function call(cloud: TRTCCloud, method: string): unknown {
  return Reflect.apply(Reflect.get(cloud, method) as () => unknown, cloud, CALLS[method] ?? []);
}

/** What an SDK has asked of its platform. */
function askedOf({ devices, network, audio, speed, gates }: FakePlatform) {
  return {
    captures: devices.requests,
    sockets: network.urls.length,
    graphs: audio.graphs.length,
    speedTests: speed.open,
    steps: gates.count,
  };
}

describe('after destroy', () => {
  it('nothing is told and nothing begins, also to whoever listens again', async () => {
    const fake = new FakePlatform();
    const cloud = new TRTCCloud(undefined, fake.platform);
    cloud.enterRoom(params, 0);
    await fake.settle();
    cloud.switchRoom(new TRTCSwitchRoomParam(78));
    cloud.startLocalAudio();
    cloud.destroy();
    cloud.destroy();
    const told: string[] = [];
    for (const name of [
      'onEnterRoom',
      'onExitRoom',
      'onError',
      'onSwitchRole',
      'onSwitchRoom',
      'onMicDidReady',
    ])
      cloud.on(name, () => told.push(name));
    cloud.enterRoom(params, 0);
    cloud.enterRoom(null as never, 0);
    cloud.switchRole(20);
    cloud.switchRoom(new TRTCSwitchRoomParam(79));
    cloud.muteLocalAudio('wrong' as never);
    cloud.startLocalPreview(null);
    cloud.exitRoom();
    await fake.advance(20_000);
    expect(told).toEqual([]);
    expect(fake.server.stays).toEqual([]);
    expect(fake.devices.live).toHaveLength(0);
    expectNothingLeft({ fake });
  });

  it.each(everyMethod())('%s begins nothing', async (method) => {
    const { cloud, enter, fake, told } = createUser('alice');
    await enter();
    cloud.startLocalPreview(null);
    await fake.settle();
    cloud.destroy();
    await fake.advance(2_000);
    told.length = 0;
    const before = askedOf(fake);
    call(cloud, method);
    await fake.settle();
    expect(askedOf(fake)).toEqual(before);
    await fake.advance(20_000);
    expect(askedOf(fake)).toEqual(before);
    expect(fake.devices.live).toEqual([]);
    expect(fake.devices.listeners).toBe(0);
    expectNothingLeft({ fake });
  });

  it('is called here as an application that uses it rightly calls it', async () => {
    const missing = Object.keys(ARGUMENTS).filter((name) => !Object.hasOwn(CALLS, name));
    expect(missing).toEqual([]);
    const { cloud, enter, fake, told } = createUser('alice');
    await enter();
    for (const method of everyMethod()) call(cloud, method);
    await fake.settle();
    expect(told.filter((line) => line.startsWith('onError -2 '))).toEqual([]);
    cloud.destroy();
  });

  it('refuses what answers at once', () => {
    const { cloud } = createUser('alice');
    cloud.destroy();
    expect(call(cloud, 'startSpeedTest')).toBe(-3);
    expect(call(cloud, 'startAudioRecording')).toBe(-2);
    expect(call(cloud, 'sendCustomCmdMsg')).toBe(false);
    expect(call(cloud, 'sendSEIMsg')).toBe(false);
    expect(call(cloud, 'mixExternalAudioFrame')).toBe(-1);
    expect(cloud.createSubCloud()).toBeNull();
  });
});
