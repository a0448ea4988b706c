import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { seededRandom } from '@rotunda/base';

/** Shares of packets from 0 to 1 that are lost. `up`: from the browser to the server. */
export interface Loss {
  readonly up: number;
  readonly down: number;
}

/** A lossy piece of network in front of one UDP port of the server. */
export class UdpRelay {
  readonly #front = createSocket('udp4');
  /** One socket per browser-side address, so that the server tells them apart as it would without the relay. */
  readonly #backs = new Map<string, Socket>();
  readonly #target: { address: string; port: number };
  readonly #random: { up: () => number; down: () => number };
  readonly #loss: Loss;
  #cut = false;
  #dropped = 0;

  private constructor(target: { address: string; port: number }, loss: Loss, seed: number) {
    this.#target = target;
    this.#loss = loss;
    this.#random = { up: seededRandom(seed), down: seededRandom(seed + 1) };
    this.#front.on('message', (packet, from) => this.#up(packet, from));
  }

  static async open(
    target: { address: string; port: number },
    { loss = { up: 0, down: 0 }, seed = 1 }: { loss?: Loss; seed?: number } = {},
  ): Promise<UdpRelay> {
    const relay = new UdpRelay(target, loss, seed);
    await new Promise<void>((resolve) => relay.#front.bind(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return this.#front.address().port;
  }

  /** Packets that were lost on purpose. */
  get dropped(): number {
    return this.#dropped;
  }

  cut(): void {
    this.#cut = true;
  }

  restore(): void {
    this.#cut = false;
  }

  close(): void {
    this.#front.close();
    for (const back of this.#backs.values()) back.close();
    this.#backs.clear();
  }

  #up(packet: Buffer, from: RemoteInfo): void {
    if (this.#lost('up')) return;
    this.#back(from).send(packet, this.#target.port, this.#target.address, ignore);
  }

  #lost(direction: 'up' | 'down'): boolean {
    if (!this.#cut && this.#random[direction]() >= this.#loss[direction]) return false;
    this.#dropped += 1;
    return true;
  }

  #back(from: RemoteInfo): Socket {
    const key = `${from.address}:${from.port}`;
    const known = this.#backs.get(key);
    if (known) return known;
    const back = createSocket('udp4');
    back.on('message', (packet) => {
      if (!this.#lost('down')) this.#front.send(packet, from.port, from.address, ignore);
    });
    back.on('error', ignore);
    this.#backs.set(key, back);
    return back;
  }
}

/** A packet that cannot be sent is a lost packet. */
function ignore(): void {}
