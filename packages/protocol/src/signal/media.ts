import { z } from 'zod';

/**
 * What clients send about media, checked before it reaches the media worker: one malformed value there would end the
 * worker and with it every room on it. Shapes follow RFC 8834 vocabulary as mediasoup names it.
 */
const u32 = z.number().int().min(0).max(0xffff_ffff);
const shortText = z.string().max(256);
const parameterValue = z.union([z.string().max(1024), z.number(), z.boolean(), z.null()]);
const codecParameters = z.record(z.string().max(64), parameterValue);
const rtcpFeedback = z.array(z.object({ type: shortText, parameter: shortText.optional() })).max(32);
const headerExtensionUri = z.string().max(256);

export const rtpCapabilitiesSchema = z.object({
  codecs: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        mimeType: z.string().regex(/^(audio|video)\/[\w.+-]{1,64}$/i),
        preferredPayloadType: z.number().int().min(0).max(127).optional(),
        clockRate: z.number().int().min(1).max(1_000_000),
        channels: z.number().int().min(1).max(8).optional(),
        parameters: codecParameters.optional(),
        rtcpFeedback: rtcpFeedback.optional(),
      }),
    )
    .max(64),
  headerExtensions: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        uri: headerExtensionUri,
        preferredId: z.number().int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
});
export type RtpCapabilitiesMessage = z.infer<typeof rtpCapabilitiesSchema>;

export const rtpParametersSchema = z.object({
  mid: z.string().min(1).max(32).optional(),
  msid: z.string().max(128).optional(),
  codecs: z
    .array(
      z.object({
        mimeType: z.string().regex(/^(audio|video)\/[\w.+-]{1,64}$/i),
        payloadType: z.number().int().min(0).max(127),
        clockRate: z.number().int().min(1).max(1_000_000),
        channels: z.number().int().min(1).max(8).optional(),
        parameters: codecParameters.optional(),
        rtcpFeedback: rtcpFeedback.optional(),
      }),
    )
    .min(1)
    .max(8),
  headerExtensions: z
    .array(
      z.object({
        uri: headerExtensionUri,
        id: z.number().int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: codecParameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        ssrc: u32.optional(),
        rid: z
          .string()
          .regex(/^[A-Za-z0-9]{1,16}$/)
          .optional(),
        codecPayloadType: z.number().int().min(0).max(127).optional(),
        rtx: z.object({ ssrc: u32 }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z
          .string()
          .regex(/^[LS][1-3]T[1-3](h|_KEY|_KEY_SHIFT)?$/)
          .optional(),
        scaleResolutionDownBy: z.number().min(1).max(64).optional(),
        maxBitrate: z.number().int().min(0).max(0xffff_ffff).optional(),
        maxFramerate: z.number().min(0).max(1000).optional(),
        active: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(3),
  rtcp: z
    .object({ cname: shortText.optional(), reducedSize: z.boolean().optional(), mux: z.boolean().optional() })
    .optional(),
});
export type RtpParametersMessage = z.infer<typeof rtpParametersSchema>;

/** RFC 8122 fingerprints of the client's DTLS certificate. */
export const dtlsParametersSchema = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/),
      }),
    )
    .min(1)
    .max(5),
});
export type DtlsParametersMessage = z.infer<typeof dtlsParametersSchema>;

/** ICE (RFC 8445) parameters of a server transport. */
export const iceParametersSchema = z.object({
  usernameFragment: z.string(),
  password: z.string(),
  iceLite: z.boolean().optional(),
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
      port: z.number().int(),
      type: z.enum(['host', 'srflx', 'prflx', 'relay']),
      tcpType: z.enum(['active', 'passive', 'so']).optional(),
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
