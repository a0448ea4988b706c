import type {
  ConsumerMessage,
  DtlsParametersMessage,
  IceParametersMessage,
  RtpCapabilitiesMessage,
  RtpParametersMessage,
  TransportMessage,
} from '@rotunda/protocol';
import { TRTCError } from '@rotunda/protocol';
import type {
  Consumer,
  DtlsParameters,
  IceParameters,
  RtpCapabilities,
  RtpParameters,
  WebRtcTransport,
} from 'mediasoup/types';

type ParameterValues = NonNullable<RtpParametersMessage['codecs'][number]['parameters']>;

/** Bytes of a fingerprint per hash function (RFC 8122 section 5). */
const FINGERPRINT_BYTES = {
  'sha-1': 20,
  'sha-224': 28,
  'sha-256': 32,
  'sha-384': 48,
  'sha-512': 64,
} as const;

/** What a client needs to connect to `transport`, as it is now: an ICE restart changes it. */
export function transportMessage(transport: WebRtcTransport): TransportMessage {
  const { role, fingerprints } = transport.dtlsParameters;
  return {
    transportId: transport.id,
    iceParameters: iceParametersMessage(transport.iceParameters),
    iceCandidates: transport.iceCandidates.map((candidate) => ({ ...candidate })),
    // Whatever the worker settled on: a client that connects anew may choose again.
    dtlsParameters: {
      role: role === undefined || transport.dtlsState === 'new' ? 'auto' : role,
      fingerprints,
    },
  };
}

export function iceParametersMessage(parameters: IceParameters): IceParametersMessage {
  return { ...parameters };
}

/** `streamId`: what the stream is called by the room, on whichever router it is consumed. */
export function consumerMessage(consumer: Consumer, streamId: string): ConsumerMessage {
  return {
    consumerId: consumer.id,
    producerId: streamId,
    kind: consumer.kind,
    rtpParameters: rtpParametersMessage(consumer.rtpParameters),
  };
}

export function rtpCapabilitiesMessage(capabilities: RtpCapabilities): RtpCapabilitiesMessage {
  return {
    codecs: (capabilities.codecs ?? []).map(({ parameters, ...codec }) => ({
      ...codec,
      parameters: parameterValues(parameters),
    })),
    headerExtensions: (capabilities.headerExtensions ?? []).map((extension) => ({ ...extension })),
  };
}

/** The client's DTLS parameters as the worker wants them. */
export function dtlsParameters({ role, fingerprints }: DtlsParametersMessage): DtlsParameters {
  const checked = fingerprints.map(({ algorithm, value }) => {
    if (value.split(':').length !== FINGERPRINT_BYTES[algorithm]) {
      throw new TRTCError('ERR_ROOM_INVALID_PARAMETER', `a ${algorithm} fingerprint has another length`);
    }
    return { algorithm, value: value.toUpperCase() };
  });
  return { role: role ?? 'auto', fingerprints: checked };
}

function rtpParametersMessage(parameters: RtpParameters): RtpParametersMessage {
  const { codecs, headerExtensions = [], encodings = [], ...rest } = parameters;
  return {
    ...rest,
    codecs: codecs.map(({ parameters: values, ...codec }) => ({
      ...codec,
      parameters: parameterValues(values),
    })),
    headerExtensions: headerExtensions.map(({ parameters: values, ...extension }) => ({
      ...extension,
      parameters: parameterValues(values),
    })),
    encodings: encodings.map((encoding) => ({ ...encoding })),
  };
}

function parameterValues(parameters: Record<string, unknown> = {}): ParameterValues {
  const values: ParameterValues = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      values[name] = value;
  }
  return values;
}
