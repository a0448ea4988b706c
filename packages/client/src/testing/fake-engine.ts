import type { ConsumerMessage, RtpCapabilitiesMessage, Source, TransportMessage } from '@rotunda/protocol';
import type { LocalTrack } from '../devices/platform.ts';
import type {
  Direction,
  MediaConnectionState,
  MediaEngine,
  MediaEngineFactory,
  MediaSignals,
  MediaStats,
  PublishOptions,
  RemoteTrack,
} from '../media/engine.ts';
import type { EngineStep, Gates } from './gates.ts';
import type { SeiMessage } from '../media/sei/sei-format.ts';

export interface FakeSent {
  track: LocalTrack;
  muted: boolean;
  options: PublishOptions;
}

/** The fingerprint of nobody's certificate. */
const FINGERPRINT = {
  algorithm: 'sha-256' as const,
  value: Array.from({ length: 32 }, () => 'AB').join(':'),
};

/** A media engine without WebRTC: every step passes the gates, and what it holds can be looked at. */
export class FakeMediaEngine implements MediaEngine {
  readonly sent = new Map<Source, FakeSent>();
  readonly received = new Set<string>();
  readonly restarts: Direction[] = [];
  /** Consumers whose frames can be searched for messages. */
  readonly lookedInto = new Set<string>();
  readingSei = true;
  closed = false;
  /** Whether packets get through as soon as a transport is connected, or only when the test says so. */
  path: 'open' | 'silent' = 'open';
  readonly #gates: Gates;
  readonly #signals: MediaSignals;
  readonly #failing: ReadonlySet<EngineStep>;
  readonly #transports = new Map<Direction, { id: string; state: 'new' | 'connected' }>();

  constructor(gates: Gates, signals: MediaSignals, failing: ReadonlySet<EngineStep>) {
    this.#gates = gates;
    this.#signals = signals;
    this.#failing = failing;
  }

  get openTransports(): number {
    return this.#transports.size;
  }

  /** Pretends that the path changed. */
  setConnectionState(direction: Direction, state: MediaConnectionState): void {
    this.#signals.onConnectionState(direction, state);
  }

  async load(routerRtpCapabilities: RtpCapabilitiesMessage): Promise<RtpCapabilitiesMessage> {
    await this.#step('load');
    return routerRtpCapabilities;
  }

  createTransport(direction: Direction, { transportId }: TransportMessage): void {
    if (this.closed) throw new Error('closed');
    this.closeTransport(direction);
    this.#transports.set(direction, { id: transportId, state: 'new' });
  }

  closeTransport(direction: Direction): void {
    this.#transports.delete(direction);
    if (direction === 'send') this.sent.clear();
    else this.received.clear();
  }

  transportId(direction: Direction): string | null {
    return this.#transports.get(direction)?.id ?? null;
  }

  async restartIce(direction: Direction): Promise<void> {
    await this.#step('restartIce');
    this.restarts.push(direction);
  }

  async publish(source: Source, track: LocalTrack, options: PublishOptions): Promise<string> {
    assertLive(track);
    if (source === 'audio') track.enabled = !options.muted;
    const transportId = await this.#connect('send');
    const streamId = await this.#signals.publish({
      transportId,
      source,
      rtpParameters: {
        codecs: [{ mimeType: `${options.kind}/fake`, payloadType: 100, clockRate: 90_000 }],
        encodings: [{ ssrc: 1 }],
      },
      muted: options.muted,
    });
    await this.#step('publish');
    if (this.transportId('send') !== transportId) throw new Error('the transport was closed');
    const sent = { track, muted: options.muted || options.kind === 'video', options };
    this.sent.set(source, sent);
    return streamId;
  }

  async replaceTrack(source: Source, track: LocalTrack): Promise<void> {
    assertLive(track);
    await this.#step('replaceTrack');
    const sent = Object.assign(this.#sent(source), { track });
    silence(source, sent);
  }

  async setMuted(source: Source, muted: boolean): Promise<void> {
    await this.#step('setMuted');
    const sent = Object.assign(this.#sent(source), { muted });
    silence(source, sent);
  }

  async setEncoding(source: Source, options: PublishOptions): Promise<void> {
    await this.#step('setEncoding');
    this.#sent(source).options = options;
  }

  canCarrySei = true;
  /** What was handed over to ride on pictures. */
  readonly ridden: { source: Source; message: SeiMessage; copies: number }[] = [];

  readSei(reading: boolean): void {
    this.readingSei = reading;
  }

  leadsSei(consumerId: string): boolean {
    return this.lookedInto.has(consumerId);
  }

  sendSei(source: Source, message: SeiMessage, copies: number): void {
    this.ridden.push({ source, message, copies });
  }

  /** Pretends that a message came with a picture. */
  receiveSei(consumerId: string, message: SeiMessage): void {
    if (this.readingSei && this.lookedInto.has(consumerId)) this.#signals.onSei(consumerId, message);
  }

  /** Pretends that the page turned out to have no transforms. */
  loseSei(): void {
    this.#signals.onSeiUnavailable();
  }

  unpublish(source: Source): void {
    this.sent.delete(source);
  }

  async consume({ consumerId, kind }: ConsumerMessage): Promise<RemoteTrack> {
    const transportId = await this.#connect('recv');
    if (kind === 'video' && this.#signals.wantsSei()) this.lookedInto.add(consumerId);
    await this.#step('consume');
    if (this.transportId('recv') !== transportId) throw new Error('the transport was closed');
    this.received.add(consumerId);
    return { id: consumerId, kind };
  }

  closeConsumer(consumerId: string): void {
    this.received.delete(consumerId);
  }

  async hasSent(source: Source): Promise<boolean> {
    await this.#step('hasSent');
    return this.sent.get(source)?.muted === false;
  }

  async hasReceived(consumerId: string): Promise<boolean> {
    await this.#step('hasReceived');
    return this.received.has(consumerId);
  }

  /** What {@link stats} answers next. */
  measured: MediaStats = { send: [], recv: [], sources: new Map(), consumers: new Map() };

  async stats(): Promise<MediaStats> {
    await this.#step('stats');
    return this.measured;
  }

  close(): void {
    this.closed = true;
    this.closeTransport('send');
    this.closeTransport('recv');
  }

  async #connect(direction: Direction): Promise<string> {
    await this.#step(`transport ${direction}`);
    const transport = this.#transports.get(direction);
    if (!transport) throw new Error(`no ${direction} transport`);
    if (transport.state === 'new') {
      transport.state = 'connected';
      await this.#signals.connectTransport(transport.id, { fingerprints: [FINGERPRINT] });
      if (this.path === 'open') this.#signals.onConnectionState(direction, 'connected');
    }
    return transport.id;
  }

  async #step(step: EngineStep): Promise<void> {
    await this.#gates.pass(step);
    if (this.closed) throw new Error('the media engine is closed');
    if (this.#failing.has(step)) throw new Error(`${step} failed`);
  }

  #sent(source: Source): FakeSent {
    const sent = this.sent.get(source);
    if (!sent) throw new Error(`${source} is not published`);
    return sent;
  }
}

/** A browser sends no track that has ended. */
function assertLive({ readyState }: LocalTrack): void {
  if (readyState === 'ended') throw new DOMException('the track has ended', 'InvalidStateError');
}

/** Muted sound is sent as silence. */
function silence(source: Source, { track, muted }: FakeSent): void {
  if (source === 'audio') track.enabled = !muted;
}

/** Makes fake engines and remembers them. */
export class FakeEngines {
  readonly all: FakeMediaEngine[] = [];
  /** Steps that fail from now on, as a browser may fail at anything. */
  readonly failing = new Set<EngineStep>();
  readonly #gates: Gates;

  constructor(gates: Gates) {
    this.#gates = gates;
  }

  /** Of the newest stay. */
  get last(): FakeMediaEngine {
    const engine = this.all.at(-1);
    if (!engine) throw new Error('no stay yet');
    return engine;
  }

  get openTransports(): number {
    return this.all.reduce((sum, engine) => sum + engine.openTransports, 0);
  }

  readonly create: MediaEngineFactory = (signals) => {
    const engine = new FakeMediaEngine(this.#gates, signals, this.failing);
    this.all.push(engine);
    return engine;
  };
}
