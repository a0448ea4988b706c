import type { WebRtcTransport } from 'mediasoup/types';
import { hasPath } from './connectivity.ts';

/**
 * Calls back when a transport that was cut off is connected again, but would pass on no picture.
 *
 * While ICE is disconnected the worker has no bitrate for pictures. When it is back, the worker takes the bandwidth that the
 * estimator still remembers, unless that is exactly the initial one (mediasoup 3.19, `TransportCongestionControlClient`): such an
 * estimate is common, being the upper bound as long as little is sent. Then no bitrate is left, so no layer is sent, and the few
 * other packets bring too little feedback to change the estimate: pictures stand still for many seconds, or for ever. Nothing
 * that can be set changes that.
 */
export function watchForStall(transport: WebRtcTransport, onStalled: () => void): void {
  let cutOff = false;
  transport.observer.on('icestatechange', (state) => {
    if (state === 'disconnected') cutOff = true;
    if (!cutOff || !hasPath(state)) return;
    cutOff = false;
    void isStalled(transport).then((stalled) => {
      if (stalled && !transport.closed) onStalled();
    });
  });
}

async function isStalled(transport: WebRtcTransport): Promise<boolean> {
  try {
    const [stats] = await transport.getStats();
    if (!stats || !hasPath(stats.iceState) || stats.dtlsState !== 'connected') return false;
    return stats.availableOutgoingBitrate === 0;
  } catch {
    // It was closed meanwhile.
    return false;
  }
}
