import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { TransportMessage } from '@rotunda/protocol';

/** A path to a transport that can be cut off, and shows what comes down it. */
export class Path {
  readonly transport: TransportMessage;
  readonly #front: Socket;
  readonly #back: Socket;
  #open = true;
  #watch: (packet: Buffer) => void = () => {};

  private constructor(front: Socket, back: Socket, transport: TransportMessage) {
    this.#front = front;
    this.#back = back;
    const target = transport.iceCandidates[0]!.port;
    const { port } = front.address();
    this.transport = {
      ...transport,
      iceCandidates: transport.iceCandidates.map((candidate) => ({ ...candidate, port })),
    };
    let client = 0;
    front.on('message', (message, from) => {
      client = from.port;
      if (this.#open) back.send(message, target, '127.0.0.1');
    });
    back.on('message', (message) => {
      if (!this.#open) return;
      this.#watch(message);
      front.send(message, client, '127.0.0.1');
    });
  }

  static async to(transport: TransportMessage): Promise<Path> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    await Promise.all(sockets.map((socket) => once(socket.bind(0, '127.0.0.1'), 'listening')));
    return new Path(...sockets, transport);
  }

  set open(open: boolean) {
    this.#open = open;
  }

  /** From now on, for each packet on its way to the client. */
  onPacket(watch: (packet: Buffer) => void): void {
    this.#watch = watch;
  }

  close(): void {
    this.#front.close();
    this.#back.close();
  }
}
