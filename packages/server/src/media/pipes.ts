import type { Consumer, PipeTransport, Producer, Router, TransportListenInfo } from 'mediasoup/types';

/** The two ends of what joins two routers of one machine. Closing one closes the other. */
export interface PipePair {
  readonly local: PipeTransport;
  readonly remote: PipeTransport;
}

/** Joins two routers. If that fails nothing stays open. */
export async function joinRouters(
  local: Router,
  remote: Router,
  listenInfo: TransportListenInfo,
): Promise<PipePair> {
  const results = await Promise.allSettled(
    [local, remote].map((router) => router.createPipeTransport({ listenInfo })),
  );
  const [near, far] = results.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
  try {
    if (!near || !far) throw new Error('a pipe between two routers could not be made');
    await Promise.all([connect(near, far), connect(far, near)]);
    if (near.closed || far.closed) throw new Error('a router closed while it was being joined');
    near.observer.once('close', () => far.close());
    far.observer.once('close', () => near.close());
    return { local: near, remote: far };
  } catch (error) {
    near?.close();
    far?.close();
    throw error;
  }
}

/** One producer's way through a pipe. */
export interface Pipe {
  /** What it is called on the far router: an id may be in use once per worker, and both routers may be on one. */
  readonly producerId: string;
  close(): void;
}

/**
 * Leads `producer` through `pair`. Each way has SSRCs of its own, so what is still in flight for an earlier one never
 * meets a later one. It ends with either of its ends; pausing follows the producer.
 */
export async function leadThrough(
  producer: Producer,
  pair: PipePair,
  onError: (error: unknown) => void,
): Promise<Pipe> {
  const consumer = await pair.local.consume({ producerId: producer.id });
  let copy: Producer;
  try {
    copy = await pair.remote.produce({
      kind: consumer.kind,
      rtpParameters: consumer.rtpParameters,
      paused: producer.paused,
    });
  } catch (error) {
    consumer.close();
    throw error;
  }
  const close = (): void => {
    consumer.close();
    copy.close();
  };
  consumer.observer.once('close', close);
  copy.observer.once('close', close);
  followPauses(consumer, copy, onError);
  // What is born on a closed transport hears of no end any more.
  const gone = [consumer, copy, producer, pair.local, pair.remote].some(({ closed }) => closed);
  if (gone) {
    close();
    throw new Error('the stream ended while it was being led to another router');
  }
  if (copy.paused !== producer.paused) setPaused(copy, producer.paused).catch(onError);
  return { producerId: copy.id, close };
}

function followPauses(consumer: Consumer, copy: Producer, onError: (error: unknown) => void): void {
  const follow = (paused: boolean): void => {
    if (!copy.closed) setPaused(copy, paused).catch(onError);
  };
  consumer.on('producerpause', () => follow(true));
  consumer.on('producerresume', () => follow(false));
}

async function setPaused(producer: Producer, paused: boolean): Promise<void> {
  await (paused ? producer.pause() : producer.resume());
}

async function connect(from: PipeTransport, to: PipeTransport): Promise<void> {
  await from.connect({ ip: to.tuple.localAddress, port: to.tuple.localPort });
}
