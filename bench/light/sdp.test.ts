import { describe, expect, it } from 'vitest';
import type { TransportMessage } from '@rotunda/protocol';
import { buildAnswer, dtlsParametersOf, rtpmap } from './sdp.ts';

const fingerprint = Array.from({ length: 32 }, (_, index) =>
  index.toString(16).padStart(2, '0').toUpperCase(),
).join(':');

const candidate = { foundation: 'udp', priority: 7, address: '127.0.0.1', ip: '127.0.0.1', port: 40000 };

const transport: TransportMessage = {
  transportId: 't1',
  iceParameters: { usernameFragment: 'ufrag', password: 'secret', iceLite: true },
  iceCandidates: [
    { ...candidate, protocol: 'udp', type: 'host' },
    { ...candidate, protocol: 'tcp', type: 'host', tcpType: 'passive' },
  ],
  dtlsParameters: {
    role: 'auto',
    fingerprints: [
      { algorithm: 'sha-1', value: 'AA' },
      { algorithm: 'sha-256', value: fingerprint },
    ],
  },
};

const opus = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 };
const vp8 = { mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 };

describe('buildAnswer', () => {
  const sdp = buildAnswer(transport, [
    { mid: '0', kind: 'audio', direction: 'sendonly', codec: opus, ssrc: 1234 },
    { mid: '1', kind: 'video', direction: 'recvonly', codec: vp8 },
  ]);
  const lines = sdp.split('\r\n');

  it('describes an ICE-lite, DTLS passive server with its SHA-256 fingerprint', () => {
    expect(lines).toContain('a=ice-lite');
    expect(lines.filter((line) => line === 'a=setup:passive')).toHaveLength(2);
    expect(lines).toContain(`a=fingerprint:sha-256 ${fingerprint}`);
  });

  it('bundles one section per media with its payload type and direction', () => {
    expect(lines).toContain('a=group:BUNDLE 0 1');
    expect(lines.filter((line) => line.startsWith('m='))).toEqual([
      'm=audio 7 UDP/TLS/RTP/SAVPF 100',
      'm=video 7 UDP/TLS/RTP/SAVPF 101',
    ]);
    expect(lines.indexOf('a=sendonly')).toBeLessThan(lines.indexOf('a=recvonly'));
  });

  it('offers only UDP candidates', () => {
    expect(lines.filter((line) => line.startsWith('a=candidate:'))).toEqual([
      'a=candidate:udp 1 udp 7 127.0.0.1 40000 typ host',
      'a=candidate:udp 1 udp 7 127.0.0.1 40000 typ host',
    ]);
  });

  it('names the SSRC only where the server sends', () => {
    expect(lines.filter((line) => line.startsWith('a=ssrc:'))).toEqual(['a=ssrc:1234 cname:server']);
  });

  it('ends every line with CR LF', () => {
    expect(sdp.endsWith('\r\n')).toBe(true);
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  });

  it('refuses a transport without a SHA-256 fingerprint', () => {
    const bare = {
      ...transport,
      dtlsParameters: { fingerprints: [{ algorithm: 'sha-1' as const, value: 'AA' }] },
    };
    expect(() => buildAnswer(bare, [])).toThrow('SHA-256');
  });
});

describe('dtlsParametersOf', () => {
  it('reads the fingerprint of a local description', () => {
    const sdp = `v=0\r\na=fingerprint:sha-256 ${fingerprint}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 100\r\n`;
    expect(dtlsParametersOf(sdp)).toEqual({
      role: 'client',
      fingerprints: [{ algorithm: 'sha-256', value: fingerprint }],
    });
  });

  it('refuses a description without one', () => {
    expect(() => dtlsParametersOf('v=0\r\n')).toThrow('fingerprint');
  });
});

describe('rtpmap', () => {
  it('names channels only when there are several', () => {
    expect(rtpmap(opus)).toBe('opus/48000/2');
    expect(rtpmap(vp8)).toBe('VP8/90000');
    expect(rtpmap({ ...opus, channels: 1 })).toBe('opus/48000');
  });
});
