import type { DtlsParametersMessage, TransportMessage } from '@rotunda/protocol';

/** One codec of a media section, as RTP parameters name it. */
export interface SdpCodec {
  readonly mimeType: string;
  readonly payloadType: number;
  readonly clockRate: number;
  readonly channels?: number | undefined;
}

/** One media section of the server's side. `ssrc` is what the server sends there, absent where it only receives. */
export interface SdpMedia {
  readonly mid: string;
  readonly kind: 'audio' | 'video';
  readonly direction: 'sendonly' | 'recvonly';
  readonly codec: SdpCodec;
  readonly ssrc?: number | undefined;
}

/**
 * The answer (RFC 8829 section 5.3) that a server transport would have given: ICE-lite, DTLS passive, all media in
 * one bundle. Candidates that are not UDP are left out, because the light client's ICE agent knows only UDP.
 */
export function buildAnswer(transport: TransportMessage, media: readonly SdpMedia[]): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${media.map(({ mid }) => mid).join(' ')}`,
    `a=fingerprint:sha-256 ${sha256Of(transport)}`,
    ...media.flatMap((section) => mediaSection(transport, section)),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** The DTLS parameters of a local description: always the DTLS client, since the server answers passively. */
export function dtlsParametersOf(sdp: string): DtlsParametersMessage {
  const value = /^a=fingerprint:sha-256 (\S+)/m.exec(sdp)?.[1];
  if (value === undefined) {
    throw new Error('the local description has no SHA-256 fingerprint');
  }
  return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] };
}

/** `opus/48000/2` of `audio/opus`, 48000 Hz, two channels (RFC 8866 section 6.6). */
export function rtpmap({ mimeType, clockRate, channels }: SdpCodec): string {
  const name = mimeType.slice(mimeType.indexOf('/') + 1);
  return channels === undefined || channels === 1
    ? `${name}/${clockRate}`
    : `${name}/${clockRate}/${channels}`;
}

function mediaSection(transport: TransportMessage, section: SdpMedia): string[] {
  const { codec, kind, mid, direction, ssrc } = section;
  return [
    `m=${kind} 7 UDP/TLS/RTP/SAVPF ${codec.payloadType}`,
    'c=IN IP4 127.0.0.1',
    `a=mid:${mid}`,
    `a=${direction}`,
    `a=rtpmap:${codec.payloadType} ${rtpmap(codec)}`,
    'a=setup:passive',
    'a=rtcp-mux',
    `a=ice-ufrag:${transport.iceParameters.usernameFragment}`,
    `a=ice-pwd:${transport.iceParameters.password}`,
    ...udpCandidates(transport),
    'a=end-of-candidates',
    ...(ssrc === undefined ? [] : [`a=ssrc:${ssrc} cname:server`]),
  ];
}

function udpCandidates(transport: TransportMessage): string[] {
  return transport.iceCandidates
    .filter(({ protocol }) => protocol === 'udp')
    .map(
      ({ foundation, priority, address, port, type }) =>
        `a=candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}`,
    );
}

function sha256Of(transport: TransportMessage): string {
  const found = transport.dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  if (!found) {
    throw new Error('the server transport has no SHA-256 fingerprint');
  }
  return found.value;
}
