/** What a page receives or sends on one RTP stream, from the browser's own statistics. */
export interface InboundVideo {
  readonly framesDecoded: number;
  readonly framesReceived: number;
  readonly packetsLost: number;
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  readonly bytesReceived: number;
  /** Milliseconds of the page's clock, for rates. */
  readonly at: number;
}
export interface InboundAudio {
  readonly packetsReceived: number;
  readonly bytesReceived: number;
  readonly totalAudioEnergy: number;
}
export interface OutboundVideo {
  /** Names the simulcast layer. */
  readonly rid: string;
  readonly framesSent: number;
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  readonly active: boolean;
  readonly bytesSent: number;
  readonly at: number;
}
/** The selected pair's protocol and remote port, per connected transport. */
export interface UsedPath {
  readonly protocol: string;
  readonly remotePort: number;
}

type Stat = Record<string, unknown>;

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Keeps every RTCPeerConnection of the page to ask it for statistics. Must be made before the SDK runs. */
export class PeerWatch {
  readonly #connections = new Set<RTCPeerConnection>();

  constructor() {
    const connections = this.#connections;
    globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct(target, args: ConstructorParameters<typeof RTCPeerConnection>) {
        const connection = new target(...args);
        connections.add(connection);
        return connection;
      },
    });
  }

  /** Peer connections that were made and not yet closed. */
  get open(): number {
    return [...this.#connections].filter((connection) => connection.signalingState !== 'closed').length;
  }

  async video(track: MediaStreamTrack): Promise<InboundVideo | undefined> {
    return (await this.videos((stat) => stat.trackIdentifier === track.id))[0];
  }

  /** What arrives of pictures, shown or not. */
  videos(fits: (stat: Stat) => boolean = () => true): Promise<InboundVideo[]> {
    return this.#collect(
      (stat) => stat.type === 'inbound-rtp' && stat.kind === 'video' && fits(stat),
      (stat, codec): InboundVideo => ({
        framesDecoded: number(stat.framesDecoded),
        framesReceived: number(stat.framesReceived),
        packetsLost: number(stat.packetsLost),
        width: number(stat.frameWidth),
        height: number(stat.frameHeight),
        codec,
        bytesReceived: number(stat.bytesReceived),
        at: number(stat.timestamp),
      }),
    );
  }

  audio(): Promise<InboundAudio[]> {
    return this.#collect(
      (stat) => stat.type === 'inbound-rtp' && stat.kind === 'audio',
      (stat) => ({
        packetsReceived: number(stat.packetsReceived),
        bytesReceived: number(stat.bytesReceived),
        totalAudioEnergy: number(stat.totalAudioEnergy),
      }),
    );
  }

  /** Everything that ever arrived on the connections that are open. */
  async bytesReceived(): Promise<number> {
    const perTransport = await this.#collect(
      (stat) => stat.type === 'transport',
      (stat) => number(stat.bytesReceived),
    );
    return perTransport.reduce((sum, bytes) => sum + bytes, 0);
  }

  sent(): Promise<OutboundVideo[]> {
    return this.#collect(
      (stat) => stat.type === 'outbound-rtp' && stat.kind === 'video',
      (stat, codec) => ({
        rid: text(stat.rid),
        framesSent: number(stat.framesSent),
        width: number(stat.frameWidth),
        height: number(stat.frameHeight),
        codec,
        bytesSent: number(stat.bytesSent),
        at: number(stat.timestamp),
        active: stat.active !== false,
      }),
    );
  }

  /** Tracks of received sound that are still being received, oldest first. */
  soundTracks(): MediaStreamTrack[] {
    return [...this.#connections]
      .filter((connection) => connection.signalingState !== 'closed')
      .flatMap((connection) => connection.getTransceivers())
      .filter(({ currentDirection }) => currentDirection === 'recvonly')
      .map(({ receiver }) => receiver.track)
      .filter(({ kind, readyState }) => kind === 'audio' && readyState === 'live');
  }

  /** Opus parameters of the sound that is being sent, as the other side asked for them. */
  async sentSoundFormats(): Promise<string[]> {
    const formats: string[] = [];
    for (const connection of this.#connections) {
      for (const { sender, currentDirection } of connection.getTransceivers()) {
        if (sender.track?.kind !== 'audio' || currentDirection !== 'sendonly') continue;
        const stats = await statsOf(sender);
        formats.push(text(stats.find(({ type }) => type === 'codec')?.sdpFmtpLine));
      }
    }
    return formats;
  }

  /** What each sender of a picture gives up first. */
  degradation(): string[] {
    return [...this.#connections].flatMap((connection) =>
      connection
        .getSenders()
        .filter((sender) => sender.track?.kind === 'video')
        .map((sender) => text((sender.getParameters() as Stat & RTCRtpSendParameters).degradationPreference)),
    );
  }

  async paths(): Promise<UsedPath[]> {
    const paths: UsedPath[] = [];
    for (const connection of this.#connections) {
      if (connection.connectionState !== 'connected') continue;
      const stats = await statsOf(connection);
      const selected = stats.find((stat) => stat.type === 'transport')?.selectedCandidatePairId;
      const pair = stats.find((stat) => stat.id === selected);
      const remote = stats.find((stat) => stat.id === pair?.remoteCandidateId);
      if (remote) paths.push({ protocol: text(remote.protocol), remotePort: number(remote.port) });
    }
    return paths;
  }

  async #collect<T>(test: (stat: Stat) => boolean, map: (stat: Stat, codec: string) => T): Promise<T[]> {
    const open = [...this.#connections].filter((connection) => connection.signalingState !== 'closed');
    const perConnection = await Promise.all(open.map(statsOf));
    return perConnection.flatMap((stats) =>
      stats.filter(test).map((stat) => map(stat, codecOf(stats, stat))),
    );
  }
}

async function statsOf(connection: RTCPeerConnection | RTCRtpSender): Promise<Stat[]> {
  const stats: Stat[] = [];
  (await connection.getStats()).forEach((stat: Stat) => stats.push(stat));
  return stats;
}

/** Codec ids mean something within one connection only. */
function codecOf(stats: readonly Stat[], stream: Stat): string {
  return text(stats.find((stat) => stat.type === 'codec' && stat.id === stream.codecId)?.mimeType);
}
