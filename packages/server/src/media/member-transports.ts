import type { Clock } from '@rotunda/base';
import type {
  DtlsParametersMessage,
  IceParametersMessage,
  TransportMessage,
  TransportsMessage,
} from '@rotunda/protocol';
import type { WebRtcTransport } from 'mediasoup/types';
import { Connectivity } from './connectivity.ts';
import { closedError, invalid } from './errors.ts';
import { dtlsParameters, iceParametersMessage, transportMessage } from './messages.ts';
import { PathDoubts } from './path-doubts.ts';
import type { RouterHost } from './router-host.ts';
import { watchForStall } from './stalled.ts';

/** Bits per second that a new transport assumes until the bandwidth estimator knows better. */
const INITIAL_OUTGOING_BITRATE = 1_000_000;

export interface MemberTransportsOptions {
  readonly host: RouterHost;
  readonly clock: Clock;
  readonly iceConsentTimeoutSeconds: number;
  readonly mediaLost: () => void;
  readonly mediaBack: () => void;
  /** The receive transport is of no use any more: see {@link MemberTransports.renewRecv}. */
  readonly recvStalled: (transports: MemberTransports) => void;
}

/**
 * The at most two transports of one member on one router. Tells when what the member sends is lost; a member that only receives
 * nothing any more harms nobody else, and repairs that by itself.
 */
export class MemberTransports {
  readonly #options: MemberTransportsOptions;
  readonly #connectivity: Connectivity;
  readonly #doubts: PathDoubts;
  /** What each transport was connected with, to tell a repetition from a contradiction. */
  readonly #connectedWith = new Map<WebRtcTransport, string>();
  #recv: WebRtcTransport;
  #send: WebRtcTransport | undefined;
  #closed = false;

  private constructor(options: MemberTransportsOptions, recv: WebRtcTransport) {
    this.#options = options;
    this.#connectivity = new Connectivity(options);
    this.#doubts = new PathDoubts({ clock: options.clock, connectivity: this.#connectivity });
    this.#recv = recv;
    watchForStall(recv, () => options.recvStalled(this));
  }

  static async open(
    options: MemberTransportsOptions,
    { withSend }: { withSend: boolean },
  ): Promise<MemberTransports> {
    const transports = new MemberTransports(options, await createTransport(options));
    try {
      if (withSend) await transports.openSend();
      return transports;
    } catch (error) {
      transports.close();
      throw error;
    }
  }

  get messages(): TransportsMessage {
    const recv = transportMessage(this.#recv);
    return this.#send ? { send: transportMessage(this.#send), recv } : { recv };
  }

  get recv(): WebRtcTransport {
    return this.#recv;
  }

  get maySend(): boolean {
    return this.#send !== undefined;
  }

  get lost(): boolean {
    return this.#connectivity.lost;
  }

  async openSend(): Promise<TransportMessage> {
    if (!this.#send) {
      const send = await createTransport(this.#options);
      if (this.#closed || send.closed) {
        send.close();
        throw closedError();
      }
      this.#send = send;
      this.#connectivity.watch(send);
    }
    return transportMessage(this.#send);
  }

  /** Another receive transport in place of the one at hand, whose consumers close with it. */
  async renewRecv(): Promise<TransportMessage> {
    const recv = await createTransport(this.#options);
    if (this.#closed || recv.closed) {
      recv.close();
      throw closedError();
    }
    const stalled = this.#recv;
    this.#recv = recv;
    this.#connectedWith.delete(stalled);
    stalled.close();
    watchForStall(recv, () => this.#options.recvStalled(this));
    return transportMessage(recv);
  }

  /** Its producers close with it. */
  closeSend(): void {
    const send = this.#send;
    if (!send) return;
    this.#send = undefined;
    this.#connectedWith.delete(send);
    send.close();
    this.#connectivity.forget(send);
  }

  /** @throws TRTCError ERR_ROOM_INVALID_PARAMETER unless the id is that of the open send transport. */
  sendTransport(transportId: string): WebRtcTransport {
    if (!this.#send || this.#send.closed || this.#send.id !== transportId) {
      throw invalid('publish on the send transport that the server gave');
    }
    return this.#send;
  }

  /** Something is published on it. */
  expectPackets(transport: WebRtcTransport): void {
    this.#connectivity.expect(transport);
  }

  /** The same parameters again are fine: a client whose answer was lost repeats itself. */
  async connect(transportId: string, message: DtlsParametersMessage): Promise<void> {
    const transport = this.#find(transportId);
    const parameters = dtlsParameters(message);
    const fingerprint = JSON.stringify(parameters);
    const earlier = this.#connectedWith.get(transport);
    if (earlier === fingerprint) return;
    if (earlier !== undefined) throw invalid('the transport is connected already');
    await transport.connect({ dtlsParameters: parameters });
    if (!transport.closed) this.#connectedWith.set(transport, fingerprint);
  }

  async restartIce(transportId: string): Promise<IceParametersMessage> {
    const transport = this.#find(transportId);
    const parameters = iceParametersMessage(await transport.restartIce());
    await this.#doubts.raise(transport);
    return parameters;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#doubts.close();
    this.#connectedWith.clear();
    this.#send?.close();
    this.#send = undefined;
    this.#recv.close();
  }

  #find(transportId: string): WebRtcTransport {
    const transport = [this.#recv, this.#send].find((candidate) => candidate?.id === transportId);
    if (!transport || transport.closed) throw invalid('the transport does not exist');
    return transport;
  }
}

function createTransport(options: MemberTransportsOptions): Promise<WebRtcTransport> {
  const { host, iceConsentTimeoutSeconds } = options;
  return host.router.createWebRtcTransport({
    webRtcServer: host.worker.webRtcServer,
    enableUdp: true,
    enableTcp: true,
    preferUdp: true,
    initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
    iceConsentTimeout: iceConsentTimeoutSeconds,
  });
}
