import type { Clock } from '@rotunda/base';
import {
  JitterMeter,
  LoadMeter,
  SPEED_PACKET,
  SPEED_TEST,
  decodePing,
  encodePing,
  isLoad,
  loadPacket,
  type RequestMethod,
  type RequestParams,
  type SpeedReport,
} from '@rotunda/protocol';
import type { SpeedChannelFactory } from '../media/speed-channel.ts';

/** The fingerprint of nobody's certificate. */
const FINGERPRINT = {
  algorithm: 'sha-256' as const,
  value: Array.from({ length: 32 }, () => 'AB').join(':'),
};

/** What waits to be sent is not more than goes out in that time. */
const QUEUE_MS = 50;

/** A way between one client and a server that answers its speed test, as good or bad as a test wants. */
export class FakeSpeedPath {
  /** Milliseconds there and back. */
  rttMs = 40;
  /** Each so-many-th ping that way is lost; 0 for none. */
  loseEvery = { up: 0, down: 0 };
  /** kbit/s that get through. */
  capacityKbps = { up: 100_000, down: 100_000 };
  /** Whether packets get through at all, and whether the platform has data channels. */
  state: 'works' | 'silent' | 'missing' = 'works';
  open = 0;
  readonly #clock: Clock;
  #jitter = new JitterMeter();
  #load = new LoadMeter();
  #pings = { sent: 0, received: 0 };
  #fullUntil = 0;
  #wishedKbps = 0;
  #toClient: (bytes: Uint8Array) => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly openChannel: SpeedChannelFactory = async (onPacket) => {
    if (this.state === 'missing') throw new Error('RTCPeerConnection is not defined');
    this.open += 1;
    this.#toClient = onPacket;
    this.#jitter = new JitterMeter();
    this.#load = new LoadMeter();
    this.#pings = { sent: 0, received: 0 };
    let closed = false;
    return {
      dtlsParameters: { role: 'client', fingerprints: [FINGERPRINT] },
      connect: () => (this.state === 'works' ? Promise.resolve() : new Promise(() => undefined)),
      send: (bytes) => this.#fromClient(bytes),
      address: async () => '203.0.113.7',
      close: () => {
        if (!closed) this.open -= 1;
        closed = true;
      },
    };
  };

  /** What the server does for a speed test. */
  readonly handlers: Partial<Record<RequestMethod, (socket: unknown, params: never) => unknown>> = {
    speedTest: (_socket, { downKbps }: RequestParams<'speedTest'>) => {
      this.#wishedKbps = downKbps;
      return {
        transportId: 'speed',
        iceParameters: { usernameFragment: 'u', password: 'p' },
        iceCandidates: [],
        dtlsParameters: { fingerprints: [FINGERPRINT] },
      };
    },
    speedTestFill: () => this.#fill().then(() => ({})),
    speedTestReport: () => this.#report(),
  };

  #report(): SpeedReport {
    const { jitterMs } = this.#jitter;
    return { pings: this.#pings.received, jitterMs, loadBytes: this.#load.bytes, loadMs: this.#load.ms };
  }

  /** Sends at most what gets through, evenly. */
  #fill(): Promise<void> {
    const kbps = Math.min(this.#wishedKbps, this.capacityKbps.down);
    const packet = loadPacket(kbps);
    const everyMs = (packet.length * 8) / kbps;
    for (let at = everyMs; at <= SPEED_TEST.loadMs; at += everyMs) {
      this.#clock.after(at, () => this.#toClient(packet));
    }
    return new Promise((resolve) => this.#clock.after(SPEED_TEST.loadMs, resolve));
  }

  #fromClient(bytes: Uint8Array): boolean {
    const now = this.#clock.now();
    const ping = decodePing(bytes);
    if (ping) {
      this.#pings.sent += 1;
      if (!isLost(this.#pings.sent, this.loseEvery.up)) {
        this.#clock.after(this.rttMs / 2, () => this.#answer(ping));
      }
      return true;
    }
    if (!isLoad(bytes) || this.#fullUntil - now > QUEUE_MS) return false;
    this.#fullUntil = Math.max(now, this.#fullUntil) + (bytes.length * 8) / this.capacityKbps.up;
    const arrivesIn = this.#fullUntil - now + this.rttMs / 2;
    this.#clock.after(arrivesIn, () => this.#load.add(bytes.length, this.#clock.now()));
    return true;
  }

  #answer(ping: NonNullable<ReturnType<typeof decodePing>>): void {
    const serverAt = this.#clock.now();
    this.#pings.received += 1;
    this.#jitter.add(ping.sentAt, serverAt);
    if (isLost(this.#pings.received, this.loseEvery.down)) return;
    const pong = encodePing({ ...ping, type: SPEED_PACKET.pong, serverAt });
    this.#clock.after(this.rttMs / 2, () => this.#toClient(pong));
  }
}

function isLost(count: number, every: number): boolean {
  return every > 0 && count % every === 0;
}
