import { CutProxy } from './cut-proxy.ts';
import { SignalProxy, type IceCandidate } from './signal-proxy.ts';
import { UdpRelay, type Limit, type Loss } from './udp-relay.ts';

export interface NetworkOptions {
  readonly loss?: Loss;
  readonly seed?: number;
  /** What each packet of picture and sound takes longer, one way. */
  readonly delayMs?: number;
  /** Which of the server's candidates get through. */
  readonly protocol?: 'udp' | 'tcp';
}

/** One user's way to the server: signalling and media, both of which can be cut off. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #relays = new Map<string, Promise<UdpRelay>>();
  #signal: SignalProxy | undefined;
  #front: CutProxy | undefined;
  #cut = false;
  #limit: Limit = { up: null, down: null };

  private constructor(options: NetworkOptions) {
    this.#options = options;
  }

  static async open(serverUrl: string, options: NetworkOptions = {}): Promise<Network> {
    const network = new Network(options);
    network.#signal = await SignalProxy.open(serverUrl, { rewrite: (given) => network.#route(given) });
    network.#front = await CutProxy.open(network.#signal.url);
    return network;
  }

  /** What an SDK behind this network takes for the server. */
  get url(): string {
    return this.#opened.front.url;
  }

  get pings(): number {
    return this.#opened.signal.pings;
  }

  /** Packets that were lost on purpose. */
  async dropped(): Promise<number> {
    const relays = await Promise.all(this.#relays.values());
    return relays.reduce((sum, relay) => sum + relay.dropped, 0);
  }

  /** From now on; what has no limit here has none any more. */
  async limit({ up = null, down = null }: Partial<Limit>): Promise<void> {
    this.#limit = { up, down };
    for (const relay of this.#relays.values()) (await relay).limit(this.#limit);
  }

  async cut(): Promise<void> {
    this.#opened.front.cut();
    await this.cutMedia();
  }

  /** Signalling goes on; no packet of picture or sound gets through. */
  async cutMedia(): Promise<void> {
    this.#cut = true;
    for (const relay of this.#relays.values()) (await relay).cut();
  }

  /** Media goes on; only the signalling connection is silent. */
  cutSignalling(): void {
    this.#opened.front.cut();
  }

  async restore(): Promise<void> {
    this.#cut = false;
    this.#opened.front.restore();
    for (const relay of this.#relays.values()) (await relay).restore();
  }

  /** Ends the signalling connections, as a restarted load balancer does. */
  drop(): void {
    this.#opened.front.drop();
  }

  async close(): Promise<void> {
    await this.#opened.front.close();
    await this.#opened.signal.close();
    for (const relay of this.#relays.values()) (await relay).close();
  }

  get #opened(): { front: CutProxy; signal: SignalProxy } {
    if (!this.#front || !this.#signal) throw new Error('this network is not open yet');
    return { front: this.#front, signal: this.#signal };
  }

  async #route(candidates: readonly IceCandidate[]): Promise<readonly IceCandidate[]> {
    const { protocol = 'udp' } = this.#options;
    const fitting = candidates.filter((candidate) => candidate.protocol === protocol);
    if (protocol === 'tcp') return fitting;
    return Promise.all(
      fitting.map(async (candidate) => ({
        ...candidate,
        address: '127.0.0.1',
        ip: '127.0.0.1',
        port: (await this.#relay(candidate)).port,
      })),
    );
  }

  #relay({ address, port }: IceCandidate): Promise<UdpRelay> {
    const key = `${address}:${port}`;
    const known = this.#relays.get(key);
    if (known) return known;
    const { loss = { up: 0, down: 0 }, seed = 1, delayMs = 0 } = this.#options;
    const opened = UdpRelay.open({ address, port }, { loss, seed, delayMs }).then((relay) => {
      if (this.#cut) relay.cut();
      relay.limit(this.#limit);
      return relay;
    });
    this.#relays.set(key, opened);
    return opened;
  }
}
