import { TRTCAppScene, TRTCCloud, TRTCVideoStreamType } from '../common.js';
import { byId, entry, onClick, removeAllTiles, removeTile, show, showCallbacks, tile } from '../common.js';

const QUALITIES = ['unknown', 'excellent', 'good', 'poor', 'bad', 'very bad', 'down'];

const cloud = TRTCCloud.getTRTCShareInstance();
showCallbacks(cloud, ['onEnterRoom', 'onExitRoom', 'onRemoteUserLeaveRoom', 'onError']);

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

cloud.on('onExitRoom', () => {
  removeAllTiles();
  byId('streams').replaceChildren();
  byId('path').textContent = '';
  show('out');
});

cloud.on('onUserVideoAvailable', (userId, available) => {
  if (available) cloud.startRemoteView(userId, tile(userId), TRTCVideoStreamType.TRTCVideoStreamTypeBig);
  else removeTile(userId);
});

let quality = QUALITIES[0];
cloud.on('onNetworkQuality', (local) => {
  quality = QUALITIES[local.quality];
});

// Follows onNetworkQuality.
cloud.on('onStatistics', ({ rtt, upLoss, downLoss, localStatisticsArray, remoteStatisticsArray }) => {
  byId('path').textContent =
    `The way to the server is ${quality}: ${rtt} ms there and back, ${upLoss} % lost on the way up and ${downLoss} % on the way down.`;
  byId('streams').replaceChildren(
    ...localStatisticsArray.map((stream) => row('you', stream, '–')),
    ...remoteStatisticsArray.map((stream) => row(stream.userId, stream, `${stream.videoPacketLoss} %`)),
  );
});

/**
 * @param {string} name
 * @param {{ width: number, height: number, frameRate: number, videoBitrate: number, audioBitrate: number }} stream
 * @param {string} lost
 */
function row(name, { width, height, frameRate, videoBitrate, audioBitrate }, lost) {
  const line = document.createElement('tr');
  line.dataset.stream = name;
  const cells = [name, `${width}×${height}`, frameRate, videoBitrate, audioBitrate, lost];
  for (const text of cells) line.insertCell().textContent = String(text);
  return line;
}
