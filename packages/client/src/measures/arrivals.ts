import type { ReceivedSample } from './sample.ts';
import type { ReceivedStream } from './received-stream.ts';

/** How much of a stream has arrived so far. */
export interface Arrival extends Pick<ReceivedStream, 'consumerId' | 'userId' | 'source'> {
  /** Pictures that were decoded, or packets of sound, since this consumer began. */
  readonly count: number;
}

/** Streams of which nothing is counted yet are left out. */
export function arrivalsOf(
  streams: readonly ReceivedStream[],
  received: readonly ReceivedSample[],
): Arrival[] {
  return streams.flatMap(({ consumerId, userId, source }) => {
    const sample = received.find((each) => each.consumerId === consumerId);
    if (!sample) return [];
    return [{ consumerId, userId, source, count: source === 'audio' ? sample.packets : sample.frames }];
  });
}
