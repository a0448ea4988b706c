import type { BenchServer } from '../lib/server.ts';
import { LightClient } from './client.ts';
import type { LightReceiver, LightSender } from './media.ts';
import { videoSource } from './rtp.ts';

export interface TopologyShape {
  readonly viewers: number;
  readonly packetsPerSecond: number;
}

/** One publisher and many viewers on some server, all connected; packets flow between `play` and `pause`. */
export interface Topology {
  play(): void;
  pause(): void;
  /** Packets that the publisher sent. */
  sent(): number;
  /** Packets that all viewers together decrypted. */
  received(): number;
  /** Process ids of the media workers that carry it. */
  workers(): readonly number[];
}

const ROOM = 1003;
const AT_ONCE = 10;

/** The topology on the measured server: members of one room. */
export class RotundaTopology implements Topology {
  readonly #server: BenchServer;
  readonly #members: readonly LightClient[];
  readonly #sender: LightSender;
  readonly #receivers: readonly LightReceiver[];

  private constructor(
    server: BenchServer,
    parts: { members: readonly LightClient[]; sender: LightSender; receivers: readonly LightReceiver[] },
  ) {
    this.#server = server;
    this.#members = parts.members;
    this.#sender = parts.sender;
    this.#receivers = parts.receivers;
  }

  static async open(options: TopologyShape & { server: BenchServer }): Promise<RotundaTopology> {
    const { server, viewers, packetsPerSecond } = options;
    const place = { serverUrl: server.url, roomId: ROOM };
    const speaker = await LightClient.enter({ ...place, userId: 'speaker' });
    const sender = await speaker.publish(videoSource(1, packetsPerSecond));
    const watching = await inBatches(viewers, async (index) => {
      const member = await LightClient.enter({ ...place, userId: `viewer${index}` });
      const receiver = await member.watch({ userId: 'speaker', kind: 'video' });
      await receiver.firstRtp;
      return { member, receiver };
    });
    sender.pause();
    return new RotundaTopology(server, {
      members: [speaker, ...watching.map(({ member }) => member)],
      sender,
      receivers: watching.map(({ receiver }) => receiver),
    });
  }

  play(): void {
    this.#sender.resume();
  }

  pause(): void {
    this.#sender.pause();
  }

  sent(): number {
    return this.#sender.sent;
  }

  received(): number {
    return this.#receivers.reduce((sum, receiver) => sum + receiver.received, 0);
  }

  workers(): readonly number[] {
    return this.#server.workers;
  }

  close(): void {
    for (const member of this.#members) {
      member.close();
    }
  }
}

/** Makes `count` things, a few at a time. */
export async function inBatches<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) {
    const first = made.length;
    const batch = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, index) => make(first + index));
    made.push(...(await Promise.all(batch)));
  }
  return made;
}
