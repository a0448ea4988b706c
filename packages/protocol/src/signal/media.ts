import * as z from 'zod/mini';

/**
 * What clients send about media, checked before it reaches the media worker: one malformed value there would end the
 * worker and with it every room on it. Shapes follow RFC 8834 vocabulary as mediasoup names it.
 */
const u32 = z.int().check(z.minimum(0), z.maximum(0xffff_ffff));
const shortText = z.string().check(z.maxLength(256));
const parameterValue = z.union([z.string().check(z.maxLength(1024)), z.number(), z.boolean(), z.null()]);
const codecParameters = z.record(z.string().check(z.maxLength(64)), parameterValue);
const rtcpFeedback = z
  .array(z.object({ type: shortText, parameter: z.optional(shortText) }))
  .check(z.maxLength(32));
const headerExtensionUri = z.string().check(z.maxLength(256));

export const rtpCapabilitiesSchema = z.object({
  codecs: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        mimeType: z.string().check(z.regex(/^(audio|video)\/[\w.+-]{1,64}$/i)),
        preferredPayloadType: z.optional(z.int().check(z.minimum(0), z.maximum(127))),
        clockRate: z.int().check(z.minimum(1), z.maximum(1_000_000)),
        channels: z.optional(z.int().check(z.minimum(1), z.maximum(8))),
        parameters: z.optional(codecParameters),
        rtcpFeedback: z.optional(rtcpFeedback),
      }),
    )
    .check(z.maxLength(64)),
  headerExtensions: z.optional(
    z
      .array(
        z.object({
          kind: z.enum(['audio', 'video']),
          uri: headerExtensionUri,
          preferredId: z.int().check(z.minimum(1), z.maximum(255)),
          preferredEncrypt: z.optional(z.boolean()),
          direction: z.optional(z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive'])),
        }),
      )
      .check(z.maxLength(64)),
  ),
});
export type RtpCapabilitiesMessage = z.infer<typeof rtpCapabilitiesSchema>;

export const rtpParametersSchema = z.object({
  mid: z.optional(z.string().check(z.minLength(1), z.maxLength(32))),
  msid: z.optional(z.string().check(z.maxLength(128))),
  codecs: z
    .array(
      z.object({
        mimeType: z.string().check(z.regex(/^(audio|video)\/[\w.+-]{1,64}$/i)),
        payloadType: z.int().check(z.minimum(0), z.maximum(127)),
        clockRate: z.int().check(z.minimum(1), z.maximum(1_000_000)),
        channels: z.optional(z.int().check(z.minimum(1), z.maximum(8))),
        parameters: z.optional(codecParameters),
        rtcpFeedback: z.optional(rtcpFeedback),
      }),
    )
    .check(z.minLength(1), z.maxLength(8)),
  headerExtensions: z.optional(
    z
      .array(
        z.object({
          uri: headerExtensionUri,
          id: z.int().check(z.minimum(1), z.maximum(255)),
          encrypt: z.optional(z.boolean()),
          parameters: z.optional(codecParameters),
        }),
      )
      .check(z.maxLength(32)),
  ),
  encodings: z
    .array(
      z.object({
        ssrc: z.optional(u32),
        rid: z.optional(z.string().check(z.regex(/^[A-Za-z0-9]{1,16}$/))),
        codecPayloadType: z.optional(z.int().check(z.minimum(0), z.maximum(127))),
        rtx: z.optional(z.object({ ssrc: u32 })),
        dtx: z.optional(z.boolean()),
        scalabilityMode: z.optional(z.string().check(z.regex(/^[LS][1-3]T[1-3](h|_KEY|_KEY_SHIFT)?$/))),
        scaleResolutionDownBy: z.optional(z.number().check(z.minimum(1), z.maximum(64))),
        maxBitrate: z.optional(z.int().check(z.minimum(0), z.maximum(0xffff_ffff))),
        maxFramerate: z.optional(z.number().check(z.minimum(0), z.maximum(1000))),
        active: z.optional(z.boolean()),
      }),
    )
    .check(z.minLength(1), z.maxLength(3)),
  rtcp: z.optional(
    z.object({
      cname: z.optional(shortText),
      reducedSize: z.optional(z.boolean()),
      mux: z.optional(z.boolean()),
    }),
  ),
});
export type RtpParametersMessage = z.infer<typeof rtpParametersSchema>;

/** RFC 8122 fingerprints of the client's DTLS certificate. */
export const dtlsParametersSchema = z.object({
  role: z.optional(z.enum(['auto', 'client', 'server'])),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().check(z.regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/)),
      }),
    )
    .check(z.minLength(1), z.maxLength(5)),
});
export type DtlsParametersMessage = z.infer<typeof dtlsParametersSchema>;

/** ICE (RFC 8445) parameters of a server transport. */
export const iceParametersSchema = z.object({
  usernameFragment: z.string(),
  password: z.string(),
  iceLite: z.optional(z.boolean()),
});
export type IceParametersMessage = z.infer<typeof iceParametersSchema>;

/** What a client needs to connect to a server transport. */
export const transportSchema = z.object({
  transportId: z.string(),
  iceParameters: iceParametersSchema,
  iceCandidates: z.array(
    z.object({
      foundation: z.string(),
      priority: u32,
      address: z.string(),
      ip: z.string(),
      protocol: z.enum(['udp', 'tcp']),
      port: z.int(),
      type: z.enum(['host', 'srflx', 'prflx', 'relay']),
      tcpType: z.optional(z.enum(['active', 'passive', 'so'])),
    }),
  ),
  dtlsParameters: dtlsParametersSchema,
});
export type TransportMessage = z.infer<typeof transportSchema>;

export const consumerSchema = z.object({
  consumerId: z.string(),
  producerId: z.string(),
  kind: z.enum(['audio', 'video']),
  rtpParameters: rtpParametersSchema,
});
export type ConsumerMessage = z.infer<typeof consumerSchema>;
