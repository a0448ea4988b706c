import type { types } from 'mediasoup-client';
import type { Degradation, PublishOptions, VideoCodec } from './engine.ts';

type VideoOptions = Extract<PublishOptions, { kind: 'video' }>;
type AudioOptions = Extract<PublishOptions, { kind: 'audio' }>;

/** The limit that can be changed while sound is being sent. */
export function audioEncodings({ maxKbps }: AudioOptions): types.RtpEncodingParameters[] {
  return [{ maxBitrate: maxKbps * 1000 }];
}

/** What Opus negotiates when a stream begins (RFC 7587). A lost packet is repaired from the next one. */
export function opusOptions(options: AudioOptions): types.ProducerCodecOptions {
  return {
    opusFec: true,
    opusDtx: options.dtx,
    opusStereo: options.stereo,
    opusMaxPlaybackRate: options.sampleRate,
    opusMaxAverageBitrate: options.maxKbps * 1000,
  };
}

/** Order counts: the first encoding is the small stream, the last one the big stream, unless they are the same. */
export function videoEncodings(options: VideoOptions): types.RtpEncodingParameters[] {
  const limits = { maxBitrate: options.maxKbps * 1000, maxFramerate: options.fps };
  const { layers } = options;
  const active = layers !== 'none';
  if (options.codec === 'vp9')
    return [{ ...limits, scalabilityMode: 'L1T3', scaleResolutionDownBy: options.scaleDownBy, active }];
  // One temporal layer: frames that no other frame needs are thrown away by viewers whenever a lost packet made them late.
  const big = { ...limits, scalabilityMode: 'L1T1', scaleResolutionDownBy: options.scaleDownBy, active };
  if (!options.small) return [big];
  const small = {
    maxBitrate: options.small.maxKbps * 1000,
    maxFramerate: options.small.fps,
    scalabilityMode: 'L1T1',
    scaleResolutionDownBy: options.small.scaleDownBy,
  };
  const isOne = isOneSize(options);
  return [
    { ...small, active: active && (isOne || layers !== 'big') },
    { ...big, active: active && !isOne && layers !== 'small' },
  ];
}

/**
 * For browsers that send as many temporal layers as they like when they send several sizes: mediasoup-client then tells the server to
 * expect up to three. A server that expects one passes on the frames of the first only, half of them or less.
 */
export function withoutLayerCount(
  encodings: readonly types.RtpEncodingParameters[],
): types.RtpEncodingParameters[] {
  if (encodings.length === 1) return [...encodings];
  return encodings.map(({ scalabilityMode: _unheard, ...rest }) => rest);
}

/** Whether there is nothing to tell two layers apart, so that one is sent. */
export function isOneSize({ small, scaleDownBy }: VideoOptions): boolean {
  return small !== null && small.scaleDownBy <= scaleDownBy;
}

/**
 * What the path is assumed to carry until it is known. The sender spends it on sound first, then on the small stream: less
 * than this, and the big one would not begin at all.
 */
export function startKbps({ maxKbps, small }: VideoOptions): number {
  return Math.min(1_000, Math.max(300, maxKbps + (small?.maxKbps ?? 0)));
}

/** What the sender of a stream was told already, with the sizes, rates and preference of `options`. */
export function applyEncodings(
  parameters: RTCRtpSendParameters,
  options: PublishOptions,
): RTCRtpSendParameters & { degradationPreference?: Degradation } {
  const wanted = options.kind === 'audio' ? audioEncodings(options) : videoEncodings(options);
  const encodings = parameters.encodings.map((encoding, index) => {
    const { maxBitrate, maxFramerate, scaleResolutionDownBy, active = true } = wanted[index] ?? {};
    return {
      ...encoding,
      active,
      ...(maxBitrate === undefined ? {} : { maxBitrate }),
      ...(maxFramerate === undefined ? {} : { maxFramerate }),
      ...(scaleResolutionDownBy === undefined ? {} : { scaleResolutionDownBy }),
    };
  });
  if (options.kind === 'audio') return { ...parameters, encodings };
  // Browsers that do not know the preference yet pass over it.
  return { ...parameters, encodings, degradationPreference: options.degradation };
}

/** H.264 constrained baseline decodes everywhere, so it goes before other profiles. */
export function findCodec(
  capabilities: types.RtpCapabilities,
  codec: VideoCodec,
): types.RtpCodecCapability | null {
  const fitting = (capabilities.codecs ?? []).filter(
    ({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`,
  );
  const baseline = fitting.find(({ parameters }) =>
    String(parameters?.['profile-level-id']).toLowerCase().startsWith('42e0'),
  );
  return baseline ?? fitting[0] ?? null;
}
