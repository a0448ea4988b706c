import { TRTCAppScene, TRTCCloud, TRTCRoleType, TRTCVideoStreamType } from '../common.js';
import { entry, onClick, removeAllTiles, removeTile, show, showCallbacks, tile } from '../common.js';

const cloud = TRTCCloud.getTRTCShareInstance();
showCallbacks(cloud, [
  'onEnterRoom',
  'onExitRoom',
  'onRemoteUserEnterRoom',
  'onRemoteUserLeaveRoom',
  'onError',
]);

onClick('anchor', async () => {
  const params = await entry({ role: TRTCRoleType.TRTCRoleAnchor });
  cloud.startLocalPreview(tile(`${params.userId} (you)`, 'you'));
  cloud.startLocalAudio();
  cloud.enterRoom(params, TRTCAppScene.TRTCAppSceneLIVE);
});

// The audience opens no device and is announced to nobody.
onClick('audience', async () => {
  const params = await entry({ role: TRTCRoleType.TRTCRoleAudience });
  cloud.enterRoom(params, TRTCAppScene.TRTCAppSceneLIVE);
});

onClick('leave', () => cloud.exitRoom());

cloud.on('onEnterRoom', (result) => {
  if (result > 0) show('in');
  // Also after a refusal: it releases what was opened for the call.
  else cloud.exitRoom();
});

cloud.on('onExitRoom', () => {
  removeAllTiles();
  show('out');
});

cloud.on('onUserVideoAvailable', (userId, available) => {
  if (available) cloud.startRemoteView(userId, tile(userId), TRTCVideoStreamType.TRTCVideoStreamTypeBig);
  else removeTile(userId);
});
