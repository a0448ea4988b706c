import { TRTCAppScene, TRTCCloud, TRTCVideoStreamType } from '../common.js';
import { byId, entry, onClick, removeAllTiles, removeTile, show, showCallbacks, tile } from '../common.js';

const { TRTCVideoStreamTypeBig } = TRTCVideoStreamType;

const cloud = TRTCCloud.getTRTCShareInstance();
showCallbacks(cloud, [
  'onDeviceChange',
  'onEnterRoom',
  'onExitRoom',
  'onFirstVideoFrame',
  'onRemoteUserLeaveRoom',
  'onError',
  'onWarning',
]);

const pickers = {
  camera: {
    list: () => cloud.getCameraDevicesList(),
    current: () => cloud.getCurrentCameraDevice(),
    choose: (/** @type {string} */ id) => cloud.setCurrentCameraDevice(id),
  },
  microphone: {
    list: () => cloud.getMicDevicesList(),
    current: () => cloud.getCurrentMicDevice(),
    choose: (/** @type {string} */ id) => cloud.setCurrentMicDevice(id),
  },
  speaker: {
    list: () => cloud.getSpeakerDevicesList(),
    current: () => cloud.getCurrentSpeakerDevice(),
    choose: (/** @type {string} */ id) => cloud.setCurrentSpeakerDevice(id),
  },
};

for (const [id, { choose }] of Object.entries(pickers)) {
  const select = /** @type {HTMLSelectElement} */ (byId(id));
  select.addEventListener('change', () => choose(select.value));
  select.addEventListener('pointerdown', fillPickers);
}

// A device came, went, or is used now: with the first one that is opened the browser tells the names.
cloud.on('onDeviceChange', fillPickers);
// When a device could not be used, the one before is.
cloud.on('onError', fillPickers);

function fillPickers() {
  for (const [id, { list, current }] of Object.entries(pickers)) {
    const options = list().map(({ deviceId, deviceName }) => new Option(deviceName, deviceId));
    byId(id).replaceChildren(...options);
    /** @type {HTMLSelectElement} */ (byId(id)).value = current().deviceId;
  }
}

onClick('try', () => {
  const trying = byId('try').getAttribute('aria-pressed') === 'true';
  if (trying) {
    stopTrying();
    return;
  }
  byId('try').setAttribute('aria-pressed', 'true');
  byId('try').textContent = 'Stop trying';
  cloud.startCameraDeviceTest(tile('Your camera', 'test'));
  cloud.startMicDeviceTest(200);
});

function stopTrying() {
  cloud.stopCameraDeviceTest();
  cloud.stopMicDeviceTest();
  byId('try').setAttribute('aria-pressed', 'false');
  byId('try').textContent = 'Try camera and microphone';
  removeTile('test');
  level('microphone-level', 0);
}

onClick('tone', () => cloud.startSpeakerDeviceTest(toneFile(440, 1)));

cloud.on('onTestMicVolume', (volume) => level('microphone-level', volume));
cloud.on('onTestSpeakerVolume', (volume) => level('speaker-level', volume));

/**
 * @param {string} id
 * @param {number} volume 0 to 100
 */
function level(id, volume) {
  /** @type {HTMLMeterElement} */ (byId(id)).value = volume;
}

onClick('enter', async () => {
  const params = await entry();
  stopTrying();
  cloud.startLocalPreview(tile('You', 'you'));
  cloud.startLocalAudio();
  cloud.enterRoom(params, TRTCAppScene.TRTCAppSceneVideoCall);
});

onClick('leave', () => cloud.exitRoom());

cloud.on('onEnterRoom', (result) => {
  if (result > 0) show('in');
  else leaveDevices();
});

// Leaving has ended tests too.
cloud.on('onExitRoom', () => {
  stopTrying();
  removeAllTiles();
  show('out');
});

function leaveDevices() {
  cloud.stopLocalPreview();
  cloud.stopLocalAudio();
  removeAllTiles();
}

cloud.on('onUserVideoAvailable', (userId, available) => {
  if (available) cloud.startRemoteView(userId, tile(userId), TRTCVideoStreamTypeBig);
  else removeTile(userId);
});

/**
 * The address of a WAV file with a tone: 8 bit, mono, 8 kHz. An application has a file of its own.
 *
 * @param {number} frequency Hz
 * @param {number} seconds
 */
function toneFile(frequency, seconds) {
  const rate = 8_000;
  const samples = Uint8Array.from({ length: rate * seconds }, (_, at) =>
    Math.round(128 + 60 * Math.sin((at / rate) * frequency * 2 * Math.PI)),
  );
  const format = Uint32Array.of(16, 0x0001_0001, rate, rate, 0x0008_0001);
  const length = Uint32Array.of(samples.length);
  const parts = ['RIFF', Uint32Array.of(36 + samples.length), 'WAVEfmt ', format, 'data', length, samples];
  return URL.createObjectURL(new Blob(parts, { type: 'audio/wav' }));
}
