import { TRTCAppScene, TRTCCloud } from '../common.js';
import { byId, entry, onClick, show, showCallbacks } from '../common.js';

/** How often the volumes are told, in milliseconds. */
const INTERVAL = 300;
const YOU = 'you';

const cloud = TRTCCloud.getTRTCShareInstance();
showCallbacks(cloud, [
  'onEnterRoom',
  'onExitRoom',
  'onRemoteUserEnterRoom',
  'onRemoteUserLeaveRoom',
  'onUserAudioAvailable',
  'onError',
]);

onClick('enter', async () => {
  const params = await entry();
  cloud.enableAudioVolumeEvaluation(INTERVAL);
  cloud.startLocalAudio();
  cloud.enterRoom(params, TRTCAppScene.TRTCAppSceneAudioCall);
});

onClick('leave', () => cloud.exitRoom());

onClick('microphone', () => {
  const muted = byId('microphone').getAttribute('aria-pressed') !== 'true';
  byId('microphone').setAttribute('aria-pressed', String(muted));
  cloud.muteLocalAudio(muted);
});

cloud.on('onEnterRoom', (result) => {
  if (result < 0) {
    // Releases what was opened for the call.
    cloud.exitRoom();
    return;
  }
  show('in');
  person(YOU);
});

cloud.on('onExitRoom', () => {
  byId('people').replaceChildren();
  show('out');
});

cloud.on('onRemoteUserEnterRoom', (userId) => person(userId));

cloud.on('onRemoteUserLeaveRoom', (userId) => person(userId).remove());

cloud.on('onUserAudioAvailable', (userId, available) => {
  person(userId).dataset.sound = available ? 'on' : 'off';
});

// Everybody who is heard, and oneself without a name.
cloud.on('onUserVoiceVolume', (volumes) => {
  for (const { userId, volume } of volumes) meterOf(person(userId || YOU)).value = volume;
});

/**
 * The line of somebody in the room, made when it is missing.
 *
 * @param {string} name
 * @returns {HTMLElement}
 */
function person(name) {
  const known = document.querySelector(`[data-person="${CSS.escape(name)}"]`);
  if (known) return /** @type {HTMLElement} */ (known);
  const line = document.createElement('li');
  line.dataset.person = name;
  const label = document.createElement('span');
  label.textContent = name;
  const meter = document.createElement('meter');
  meter.max = 100;
  meter.setAttribute('aria-label', `Volume of ${name}`);
  line.append(label, meter);
  byId('people').append(line);
  return line;
}

/**
 * @param {HTMLElement} line
 * @returns {HTMLMeterElement}
 */
function meterOf(line) {
  return /** @type {HTMLMeterElement} */ (line.querySelector('meter'));
}
