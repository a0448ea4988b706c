import { TRTCAppScene, TRTCCloud, TRTCVideoStreamType } from '../common.js';
import {
  byId,
  entry,
  field,
  onClick,
  removeAllTiles,
  removeTile,
  show,
  showCallbacks,
  tile,
} from '../common.js';

const cloud = TRTCCloud.getTRTCShareInstance();
showCallbacks(cloud, [
  'onEnterRoom',
  'onExitRoom',
  'onConnectOtherRoom',
  'onDisconnectOtherRoom',
  'onRemoteUserEnterRoom',
  'onRemoteUserLeaveRoom',
]);

onClick('enter', async () => {
  const params = await entry();
  cloud.startLocalPreview(tile(`${params.userId} (you)`, 'you'));
  cloud.startLocalAudio();
  cloud.enterRoom(params, TRTCAppScene.TRTCAppSceneLIVE);
});

onClick('connect', () => {
  const other = { roomId: Number(field('other-room')), userId: field('other-user') };
  cloud.connectOtherRoom(JSON.stringify(other));
});

onClick('disconnect', () => cloud.disconnectOtherRoom());

onClick('leave', () => cloud.exitRoom());

// The other anchor is a user like any other from here on: see onUserVideoAvailable.
cloud.on('onConnectOtherRoom', (userId, code, message) => {
  byId('problem').textContent = code === 0 ? '' : `${userId} cannot be connected with: ${message}`;
});

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
