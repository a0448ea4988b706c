import { randomInt } from 'node:crypto';
import type { RtpCapabilitiesMessage, RtpParametersMessage, Source } from '@rotunda/protocol';
import { TRTCError } from '@rotunda/protocol';
import { getProducerRtpParametersMapping, validateAndNormalizeRtpParameters } from 'mediasoup/ortc';
import type {
  MediaKind,
  RtcpFeedback,
  RtpCapabilities,
  RtpCodecParameters,
  RtpEncodingParameters,
  RtpParameters,
} from 'mediasoup/types';
import { ROUTER_CAPABILITIES } from './codecs.ts';

type CodecMessage = RtpParametersMessage['codecs'][number];
type EncodingMessage = RtpParametersMessage['encodings'][number];
type ParameterRule = (value: string | number | boolean | null) => string | number | undefined;

const MAX_SSRC = 0xffff_ffff;
/** The big and the small stream; screen and voice have one quality. */
const MAX_ENCODINGS: Record<Source, number> = { video: 2, audio: 1, sub: 1 };
const SIMULCAST_CODECS: ReadonlySet<string> = new Set(['video/vp8', 'video/h264']);
const TEMPORAL_LAYERS_ONLY = /^L1T[1-3]$/;

const flag = integer({ max: 1 });
const milliseconds = integer({ min: 1, max: 1000 });
const hertz = integer({ min: 8000, max: 48_000 });

/**
 * Which codec parameters are let through. They end in the session descriptions of all viewers, so nothing else is:
 * a viewer's browser must not see text that a publisher made up.
 */
const CODEC_PARAMETERS: Readonly<Record<string, Readonly<Record<string, ParameterRule>>>> = {
  'audio/opus': {
    minptime: milliseconds,
    maxptime: milliseconds,
    ptime: milliseconds,
    useinbandfec: flag,
    usedtx: flag,
    cbr: flag,
    stereo: flag,
    'sprop-stereo': flag,
    maxplaybackrate: hertz,
    'sprop-maxcapturerate': hertz,
    maxaveragebitrate: integer({ min: 6000, max: 510_000 }),
  },
  'video/vp8': {},
  'video/h264': {
    'packetization-mode': flag,
    'level-asymmetry-allowed': flag,
    // An all-digit value may arrive as a number.
    'profile-level-id': (value) =>
      /^[0-9a-f]{6}$/i.test(String(value).padStart(6, '0')) ? String(value).padStart(6, '0') : undefined,
  },
  'video/vp9': { 'profile-id': integer({ max: 3 }) },
  'audio/rtx': { apt: integer({ max: 127 }), 'rtx-time': integer({ max: 60_000 }) },
  'video/rtx': { apt: integer({ max: 127 }), 'rtx-time': integer({ max: 60_000 }) },
};

const FEEDBACK: ReadonlySet<string> = new Set([
  'nack ',
  'nack pli',
  'ccm fir',
  'goog-remb ',
  'transport-cc ',
]);

/** Audio for the microphone, video for camera and screen. */
export function kindOf(source: Source): MediaKind {
  return source === 'audio' ? 'audio' : 'video';
}

/**
 * Builds what the worker is told about a publication, anew and from known values only. A worker that meets a
 * combination which it did not expect ends, and takes every room on it along.
 *
 * @param request.cname the name (RFC 3550 6.5.1) of the member: the same for all its sources, so that they stay in
 * sync, and never the client's choice, so that nobody's sound is tied to another one's picture.
 * @throws TRTCError ERR_ROOM_INVALID_PARAMETER with the reason.
 */
export function producerParameters(request: {
  source: Source;
  rtpParameters: RtpParametersMessage;
  cname: string;
}): RtpParameters {
  const { source, rtpParameters, cname } = request;
  const kind = kindOf(source);
  const { media, rtx } = publishedCodecs(kind, rtpParameters.codecs);
  const parameters: RtpParameters = {
    codecs: rtx ? [media, rtx] : [media],
    headerExtensions: publishedExtensions(kind, rtpParameters.headerExtensions ?? []),
    encodings: publishedEncodings({ source, media, rtx, encodings: rtpParameters.encodings }),
    rtcp: { cname, reducedSize: true },
  };
  if (rtpParameters.mid !== undefined) parameters.mid = rtpParameters.mid;
  refuseUnsupported(parameters);
  return parameters;
}

/** What of the client's capabilities concerns us. What is unknown or odd is left out, not refused. */
export function clientCapabilities(message: RtpCapabilitiesMessage): RtpCapabilities {
  const codecs = message.codecs.flatMap((codec) => {
    const mimeType = codec.mimeType.toLowerCase();
    if (!(mimeType in CODEC_PARAMETERS)) return [];
    const parameters = codecParameters(codec);
    if (mimeType.endsWith('/rtx') && parameters['apt'] === undefined) return [];
    const kind: MediaKind = mimeType.startsWith('audio/') ? 'audio' : 'video';
    return [
      {
        kind,
        mimeType: codec.mimeType,
        preferredPayloadType: codec.preferredPayloadType ?? 0,
        clockRate: codec.clockRate,
        ...(codec.channels === undefined ? {} : { channels: codec.channels }),
        parameters,
        rtcpFeedback: feedback(codec.rtcpFeedback),
      },
    ];
  });
  const theirs = message.headerExtensions ?? [];
  const headerExtensions = (ROUTER_CAPABILITIES.headerExtensions ?? []).filter((ours) =>
    theirs.some(
      (ext) => ext.kind === ours.kind && ext.uri === ours.uri && ext.preferredId === ours.preferredId,
    ),
  );
  return { codecs, headerExtensions };
}

function publishedCodecs(
  kind: MediaKind,
  messages: CodecMessage[],
): { media: RtpCodecParameters; rtx: RtpCodecParameters | undefined } {
  const isRtx = ({ mimeType }: CodecMessage): boolean => mimeType.toLowerCase() === `${kind}/rtx`;
  const [media, ...more] = messages.filter((codec) => !isRtx(codec));
  const [rtx, ...moreRtx] = messages.filter(isRtx);
  if (!media || more.length > 0 || moreRtx.length > 0) refuse('publish with one codec and at most one rtx');
  const mimeType = media.mimeType.toLowerCase();
  if (!mimeType.startsWith(`${kind}/`) || !(mimeType in CODEC_PARAMETERS)) {
    refuse(`${media.mimeType} is not a codec for this source`);
  }
  if (rtx && (rtx.payloadType === media.payloadType || rtx.parameters?.['apt'] !== media.payloadType)) {
    refuse('the rtx codec does not belong to the published one');
  }
  return { media: codec(media), rtx: rtx && codec(rtx) };
}

function codec(message: CodecMessage): RtpCodecParameters {
  return {
    mimeType: message.mimeType,
    payloadType: message.payloadType,
    clockRate: message.clockRate,
    ...(message.channels === undefined ? {} : { channels: message.channels }),
    parameters: codecParameters(message),
    rtcpFeedback: feedback(message.rtcpFeedback),
  };
}

function codecParameters({
  mimeType,
  parameters = {},
}: Pick<CodecMessage, 'mimeType' | 'parameters'>): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const [name, rule] of Object.entries(CODEC_PARAMETERS[mimeType.toLowerCase()] ?? {})) {
    const given = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    const value = given === undefined ? undefined : rule(given);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function feedback(messages: CodecMessage['rtcpFeedback'] = []): RtcpFeedback[] {
  return messages
    .filter(({ type, parameter }) => FEEDBACK.has(`${type} ${parameter ?? ''}`))
    .map(({ type, parameter }) => ({ type, parameter: parameter ?? '' }));
}

function publishedExtensions(
  kind: MediaKind,
  messages: NonNullable<RtpParametersMessage['headerExtensions']>,
): NonNullable<RtpParameters['headerExtensions']> {
  const ids = new Set<number>();
  return (ROUTER_CAPABILITIES.headerExtensions ?? []).flatMap((ours) => {
    const theirs = ours.kind === kind && messages.find(({ uri }) => uri === ours.uri);
    if (!theirs) return [];
    if (ids.has(theirs.id)) refuse('two header extensions have the same id');
    ids.add(theirs.id);
    return [{ uri: ours.uri, id: theirs.id, encrypt: false, parameters: {} }];
  });
}

function publishedEncodings(request: {
  source: Source;
  media: RtpCodecParameters;
  rtx: RtpCodecParameters | undefined;
  encodings: EncodingMessage[];
}): RtpEncodingParameters[] {
  const { source, media, rtx, encodings } = request;
  if (encodings.length > MAX_ENCODINGS[source]) {
    refuse(`${source} has at most ${MAX_ENCODINGS[source]} encodings`);
  }
  if (encodings.length > 1 && !SIMULCAST_CODECS.has(media.mimeType.toLowerCase())) {
    refuse(`${media.mimeType} has no big and small stream here`);
  }
  // One stream is best told by its ssrc; several are told by their rids if all of them have one.
  const byRid = encodings.length > 1 ? encodings.every(({ rid }) => rid) : !encodings[0]?.ssrc;
  const built = encodings.map((message) => encoding(message, { byRid, withRtx: rtx !== undefined }));
  const rids = built.flatMap(({ rid }) => rid ?? []);
  const ssrcs = built.flatMap(({ ssrc, rtx: repair }) => [ssrc ?? 0, ...(repair ? [repair.ssrc] : [])]);
  if (new Set(rids).size !== rids.length || new Set(ssrcs).size !== ssrcs.length) {
    refuse('two encodings have the same rid or ssrc');
  }
  return built;
}

/**
 * A stream is known either by its rid or by its ssrc, never by both and never by ssrc 0: a second stream that matches
 * the same encoding in the other way would end the worker. Streams that have a rid get an ssrc that nobody knows.
 */
function encoding(
  message: EncodingMessage,
  { byRid, withRtx }: { byRid: boolean; withRtx: boolean },
): RtpEncodingParameters {
  const { rid, ssrc, rtx, dtx, scalabilityMode, maxBitrate } = message;
  const built: RtpEncodingParameters = {};
  if (byRid && rid !== undefined) {
    built.rid = rid;
    built.ssrc = randomInt(1, MAX_SSRC);
  } else if (ssrc) {
    built.ssrc = ssrc;
    if (rtx && withRtx) built.rtx = { ssrc: rtx.ssrc };
  } else {
    refuse('an encoding has neither a rid nor an ssrc');
  }
  if (built.rtx?.ssrc === 0) refuse('an rtx ssrc is 0');
  if (scalabilityMode !== undefined) {
    if (!TEMPORAL_LAYERS_ONLY.test(scalabilityMode)) refuse(`${scalabilityMode} is not supported`);
    built.scalabilityMode = scalabilityMode;
  }
  if (dtx !== undefined) built.dtx = dtx;
  if (maxBitrate) built.maxBitrate = maxBitrate;
  return built;
}

/** Asks mediasoup's own arithmetic, before anything is sent to a worker. */
function refuseUnsupported(parameters: RtpParameters): void {
  try {
    const probe = structuredClone(parameters);
    validateAndNormalizeRtpParameters(probe);
    getProducerRtpParametersMapping(probe, ROUTER_CAPABILITIES);
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

function integer({ min = 0, max }: { min?: number; max: number }): ParameterRule {
  return (value) => {
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max
      ? number
      : undefined;
  };
}

function refuse(message: string): never {
  throw new TRTCError('ERR_ROOM_INVALID_PARAMETER', message);
}
