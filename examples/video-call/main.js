import { TRTCAppScene, TRTCCloud, TRTCVideoStreamType } from '../common.js';
import { byId, entry, onClick, removeAllTiles, removeTile, show, showCallbacks, tile } from '../common.js';

const cloud = TRTCCloud.getTRTCShareInstance();
showCallbacks(cloud, [
  'onEnterRoom',
  'onExitRoom',
  'onRemoteUserEnterRoom',
  'onRemoteUserLeaveRoom',
  'onError',
]);

onClick('enter', async () => {
  const params = await entry();
  cloud.startLocalPreview(tile(`${params.userId} (you)`, 'you'));
  cloud.startLocalAudio();
  cloud.enterRoom(params, TRTCAppScene.TRTCAppSceneVideoCall);
});

onClick('leave', () => cloud.exitRoom());

cloud.on('onEnterRoom', (result) => {
  if (result > 0) show('in');
  // Also after a refusal: it releases what was opened for the call.
  else cloud.exitRoom();
});

// Camera and microphone are released when this arrives.
cloud.on('onExitRoom', () => {
  removeAllTiles();
  show('out');
});

cloud.on('onUserVideoAvailable', (userId, available) => {
  if (available) cloud.startRemoteView(userId, tile(userId), TRTCVideoStreamType.TRTCVideoStreamTypeBig);
  else removeTile(userId);
});

/**
 * @param {string} id
 * @param {(mute: boolean) => void} mute
 */
function muteButton(id, mute) {
  onClick(id, () => {
    const pressed = byId(id).getAttribute('aria-pressed') !== 'true';
    byId(id).setAttribute('aria-pressed', String(pressed));
    mute(pressed);
  });
}

muteButton('camera', (mute) => cloud.muteLocalVideo(mute));
muteButton('microphone', (mute) => cloud.muteLocalAudio(mute));
