import type { types } from 'mediasoup-client';
import { expect, it } from 'vitest';
import { producerEncoding } from './publications.ts';

const camera = {
  kind: 'video',
  codec: 'vp8',
  fps: 15,
  maxKbps: 550,
  minKbps: 0,
  scaleDownBy: 1,
  small: { scaleDownBy: 4, maxKbps: 100, fps: 10 },
  degradation: 'maintain-resolution',
  carriesSei: false,
  layers: 'all',
  muted: false,
} as const;

function modes(handlerName: string, options: object = {}): unknown[] | undefined {
  const device = { handlerName, sendRtpCapabilities: { codecs: [] } } as unknown as types.Device;
  const { encodings } = producerEncoding(device, { ...camera, ...options });
  return encodings?.map(({ scalabilityMode }) => scalabilityMode);
}

it('asks for one temporal layer, and tells the server so, where the browser obeys', () => {
  expect(modes('Chrome111')).toEqual(['L1T1', 'L1T1']);
});

it('leaves the temporal layers of two sizes to a browser that chooses them itself', () => {
  expect(modes('Firefox120')).toEqual([undefined, undefined]);
  expect(modes('Firefox120', { small: null }), 'one size has one layer').toEqual(['L1T1']);
});
