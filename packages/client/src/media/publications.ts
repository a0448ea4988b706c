import type { Source } from '@rotunda/protocol';
import type { types } from 'mediasoup-client';
import type { LocalTrack } from '../devices/platform.ts';
import {
  applyEncodings,
  audioEncodings,
  findCodec,
  opusOptions,
  startKbps,
  videoEncodings,
  withoutLayerCount,
} from './encodings.ts';
import type { PublishOptions } from './engine.ts';

interface Publication {
  readonly producer: types.Producer;
  track: LocalTrack;
  muted: boolean;
}

/** What is sent of each source, how it is encoded, and whether it is muted. */
export class Publications {
  readonly #publications = new Map<Source, Publication>();

  producers(): [Source, types.Producer][] {
    return [...this.#publications].map(([source, { producer }]) => [source, producer]);
  }

  producer(source: Source): types.Producer | undefined {
    return this.#publications.get(source)?.producer;
  }

  /** What was made of a track, whose sound is on or off already. A picture is muted at first. Rejects, and closes it, if that fails. */
  async add(
    source: Source,
    sending: { readonly producer: types.Producer; readonly track: LocalTrack },
    options: PublishOptions,
  ): Promise<void> {
    const publication: Publication = { ...sending, muted: options.muted };
    this.#publications.set(source, publication);
    try {
      if (options.kind !== 'video') return;
      await applyMute(source, publication, { muted: true });
      await this.setEncoding(source, options);
    } catch (error) {
      this.close(source);
      throw error;
    }
  }

  async replaceTrack(source: Source, track: LocalTrack): Promise<void> {
    const publication = this.#get(source);
    publication.track = track;
    if (source === 'audio') track.enabled = !publication.muted;
    else if (publication.muted) return;
    await publication.producer.replaceTrack({ track: track as MediaStreamTrack });
  }

  async setMuted(source: Source, muted: boolean): Promise<void> {
    await applyMute(source, this.#get(source), { muted });
  }

  async setEncoding(source: Source, options: PublishOptions): Promise<void> {
    const sender = this.#get(source).producer.rtpSender;
    if (sender) await sender.setParameters(applyEncodings(sender.getParameters(), options));
  }

  close(source: Source): void {
    this.#publications.get(source)?.producer.close();
    this.#publications.delete(source);
  }

  /** The transport was closed, and with it all producers. */
  clear(): void {
    this.#publications.clear();
  }

  #get(source: Source): Publication {
    const publication = this.#publications.get(source);
    if (!publication) throw new Error(`${source} is not published`);
    return publication;
  }
}

/** mediasoup-client's handler for browsers that send as many temporal layers as they are told. */
const SCALABLE = 'Chrome111';

/** How a producer is to encode. */
export function producerEncoding(
  device: types.Device | null,
  options: PublishOptions,
): types.ProducerOptions {
  if (options.kind === 'audio') {
    return { encodings: audioEncodings(options), codecOptions: opusOptions(options) };
  }
  const codec = device && findCodec(device.sendRtpCapabilities, options.codec);
  const encodings = videoEncodings(options);
  return {
    encodings: device?.handlerName === SCALABLE ? encodings : withoutLayerCount(encodings),
    codecOptions: {
      videoGoogleStartBitrate: startKbps(options),
      ...(options.minKbps > 0 ? { videoGoogleMinBitrate: options.minKbps } : {}),
    },
    ...(codec ? { codec } : {}),
  };
}

/** A picture that is not sent still shows in the preview, so that the sender loses the track, not the track its pictures. */
async function applyMute(
  source: Source,
  publication: Publication,
  { muted }: { muted: boolean },
): Promise<void> {
  publication.muted = muted;
  if (source === 'audio') {
    publication.track.enabled = !muted;
    return;
  }
  const track = muted ? null : (publication.track as MediaStreamTrack);
  await publication.producer.replaceTrack({ track });
}
