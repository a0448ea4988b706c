import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { seededRandom } from '@rotunda/base';
import { Bottleneck } from './bottleneck.ts';

/** Shares of packets from 0 to 1 that are lost. `up`: from the browser to the server. */
export interface Loss {
  readonly up: number;
  readonly down: number;
}

/** What gets through in kbit/s, by direction; null for everything. Headers of UDP and IP do not count. */
export interface Limit {
  readonly up: number | null;
  readonly down: number | null;
}

/** A lossy, slow and narrow piece of network in front of one UDP port of the server. */
export class UdpRelay {
  readonly #front = createSocket('udp4');
  /** One socket per browser-side address, so that the server tells them apart as it would without the relay. */
  readonly #backs = new Map<string, Socket>();
  readonly #target: { address: string; port: number };
  readonly #random: { up: () => number; down: () => number };
  readonly #loss: Loss;
  readonly #delayMs: number;
  readonly #bottlenecks = { up: new Bottleneck(), down: new Bottleneck() };
  #cut = false;
  #dropped = 0;

  private constructor(
    target: { address: string; port: number },
    { loss, seed, delayMs }: { loss: Loss; seed: number; delayMs: number },
  ) {
    this.#target = target;
    this.#loss = loss;
    this.#delayMs = delayMs;
    this.#random = { up: seededRandom(seed), down: seededRandom(seed + 1) };
    this.#front.on('message', (packet, from) => this.#up(packet, from));
  }

  static async open(
    target: { address: string; port: number },
    {
      loss = { up: 0, down: 0 },
      seed = 1,
      delayMs = 0,
    }: { loss?: Loss; seed?: number; delayMs?: number } = {},
  ): Promise<UdpRelay> {
    const relay = new UdpRelay(target, { loss, seed, delayMs });
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

  limit({ up, down }: Limit): void {
    this.#bottlenecks.up.setRate(up);
    this.#bottlenecks.down.setRate(down);
  }

  cut(): void {
    this.#cut = true;
  }

  restore(): void {
    this.#cut = false;
  }

  close(): void {
    this.#cut = true;
    for (const bottleneck of Object.values(this.#bottlenecks)) bottleneck.close();
    this.#front.close();
    for (const back of this.#backs.values()) back.close();
    this.#backs.clear();
  }

  #up(packet: Buffer, from: RemoteInfo): void {
    const back = this.#back(from);
    this.#pass('up', packet, () => back.send(packet, this.#target.port, this.#target.address, ignore));
  }

  /** Through the bottleneck, and after the delay, unless the network is cut or closed by then. */
  #pass(direction: keyof Limit, { length }: Buffer, send: () => void): void {
    if (this.#lost(direction)) return;
    const unlessCut = (): void => {
      if (!this.#cut) send();
    };
    const arrive = (): void => {
      if (this.#delayMs === 0) unlessCut();
      else setTimeout(unlessCut, this.#delayMs);
    };
    if (!this.#bottlenecks[direction].pass(length, arrive)) this.#dropped += 1;
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
      this.#pass('down', packet, () => this.#front.send(packet, from.port, from.address, ignore));
    });
    back.on('error', ignore);
    this.#backs.set(key, back);
    return back;
  }
}

/** A packet that cannot be sent is a lost packet. */
function ignore(): void {}
