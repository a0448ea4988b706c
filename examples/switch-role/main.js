import { TRTCAppScene, TRTCCloud, TRTCRoleType, TRTCVideoStreamType } from '../common.js';
import { byId, entry, onClick, removeAllTiles, removeTile, show, showCallbacks, tile } from '../common.js';

const cloud = TRTCCloud.getTRTCShareInstance();
showCallbacks(cloud, [
  'onEnterRoom',
  'onExitRoom',
  'onSwitchRole',
  'onRemoteUserEnterRoom',
  'onRemoteUserLeaveRoom',
]);

/** @type {'audience' | 'stage'} */
let place = 'audience';

onClick('enter', async () => {
  const params = await entry({ role: TRTCRoleType.TRTCRoleAudience });
  cloud.enterRoom(params, TRTCAppScene.TRTCAppSceneLIVE);
});

onClick('leave', () => cloud.exitRoom());

onClick('stage', () =>
  cloud.switchRole(place === 'audience' ? TRTCRoleType.TRTCRoleAnchor : TRTCRoleType.TRTCRoleAudience),
);

cloud.on('onSwitchRole', (code) => {
  if (code !== 0) return;
  place = place === 'audience' ? 'stage' : 'audience';
  byId('stage').textContent = place === 'stage' ? 'Back to the audience' : 'Go on stage';
  if (place === 'stage') {
    cloud.startLocalPreview(tile('you'));
    cloud.startLocalAudio();
    return;
  }
  // The others were told by the change of the role; the devices are the application's to close.
  cloud.stopLocalPreview();
  cloud.stopLocalAudio();
  removeTile('you');
});

cloud.on('onEnterRoom', (result) => {
  if (result > 0) show('in');
  // Also after a refusal: it releases what was opened for the call.
  else cloud.exitRoom();
});

cloud.on('onExitRoom', () => {
  place = 'audience';
  byId('stage').textContent = 'Go on stage';
  removeAllTiles();
  show('out');
});

cloud.on('onUserVideoAvailable', (userId, available) => {
  if (available) cloud.startRemoteView(userId, tile(userId), TRTCVideoStreamType.TRTCVideoStreamTypeBig);
  else removeTile(userId);
});
