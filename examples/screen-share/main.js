import { TRTCAppScene, TRTCCloud, TRTCVideoStreamType } from '../common.js';
import { byId, entry, onClick, removeAllTiles, removeTile, show, showCallbacks, tile } from '../common.js';

const { TRTCVideoStreamTypeSub } = TRTCVideoStreamType;
/** Nobody chose a screen, or this browser cannot share one. */
const NOT_SHARED = [-1308, -1309];

const cloud = TRTCCloud.getTRTCShareInstance();
showCallbacks(cloud, [
  'onEnterRoom',
  'onExitRoom',
  'onScreenCaptureStarted',
  'onScreenCaptureStopped',
  'onError',
]);

onClick('enter', async () => cloud.enterRoom(await entry(), TRTCAppScene.TRTCAppSceneVideoCall));

onClick('leave', () => cloud.exitRoom());

onClick('share', () => {
  if (byId('share').getAttribute('aria-pressed') === 'true') cloud.stopScreenCapture();
  // The browser asks which screen, window or tab.
  else cloud.startScreenCapture(tile('Your screen', 'you'), TRTCVideoStreamTypeSub);
});

cloud.on('onScreenCaptureStarted', () => shares(true));

// Also when the browser's own button ended it.
cloud.on('onScreenCaptureStopped', () => shares(false));

// When somebody else in the room shares a screen already, `onScreenCaptureStopped` comes too.
cloud.on('onError', (code) => {
  if (NOT_SHARED.includes(code)) shares(false);
});

/** @param {boolean} sharing */
function shares(sharing) {
  byId('share').setAttribute('aria-pressed', String(sharing));
  byId('share').textContent = sharing ? 'Stop sharing' : 'Share the screen';
  if (!sharing) removeTile('you');
}

cloud.on('onEnterRoom', (result) => {
  if (result > 0) show('in');
  // Also after a refusal: it releases what was opened for the call.
  else cloud.exitRoom();
});

cloud.on('onExitRoom', () => {
  shares(false);
  removeAllTiles();
  show('out');
});

cloud.on('onUserSubStreamAvailable', (userId, available) => {
  if (available) cloud.startRemoteView(userId, tile(`Screen of ${userId}`, userId), TRTCVideoStreamTypeSub);
  else removeTile(userId);
});
