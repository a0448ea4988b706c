import type { Clock, Timer } from '@rotunda/base';
import type { Consumer, WebRtcTransport } from 'mediasoup/types';
import { hasPath } from './connectivity.ts';
import type { Viewing } from './demand.ts';
import { follow, NO_FALLBACK, type Reception } from './fallback.ts';

const LAYERS = ['small', 'big'] as const;
const BIG = LAYERS.indexOf('big');

/** Tells the viewing whether its viewer falls back to the small layer, as long as the consumer is open. */
export function watchFallback(viewer: {
  consumer: Consumer;
  transport: WebRtcTransport;
  viewing: Viewing;
  clock: Clock;
}): void {
  const { consumer, transport, viewing, clock } = viewer;
  let fallback = NO_FALLBACK;
  let timer: Timer | null = null;
  const look = (): void => {
    timer?.cancel();
    timer = null;
    if (consumer.closed) return;
    const now = clock.now();
    fallback = follow(fallback, receptionOf(consumer, transport), now);
    viewing.setFallback(fallback.needed);
    if (fallback.dueAt !== null) timer = clock.after(fallback.dueAt - now, look);
  };
  consumer.on('layerschange', look);
  consumer.on('score', look);
  consumer.observer.on('pause', look);
  consumer.observer.on('resume', look);
  consumer.observer.once('close', look);
  look();
}

/** A viewer whose path is gone gets nothing, however little is sent. */
function receptionOf(consumer: Consumer, { iceState }: WebRtcTransport): Reception {
  const { currentLayers, preferredLayers, score } = consumer;
  const asked = preferredLayers?.spatialLayer === BIG && !consumer.paused && !consumer.producerPaused;
  const layer = currentLayers ? (LAYERS[currentLayers.spatialLayer] ?? 'none') : 'none';
  return { layer, bigIsThere: asked && hasPath(iceState) && (score.producerScores[BIG] ?? 0) > 0 };
}
