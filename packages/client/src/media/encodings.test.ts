import { expect, it } from 'vitest';
import { videoEncodings } from './encodings.ts';

const camera = { kind: 'video', codec: 'vp8', fps: 15, maxKbps: 550, small: null, muted: false } as const;

it.each(['vp8', 'h264'] as const)(
  'sends %s in one temporal layer, so that a late frame is still decoded',
  (codec) => {
    const small = { scaleDownBy: 4, maxKbps: 100 };
    const modes = videoEncodings({ ...camera, codec, small }).map(({ scalabilityMode }) => scalabilityMode);
    expect(modes).toEqual(['L1T1', 'L1T1']);
  },
);

it('puts the small stream before the big one', () => {
  const small = { scaleDownBy: 4, maxKbps: 100 };
  const rates = videoEncodings({ ...camera, small }).map(({ maxBitrate }) => maxBitrate);
  expect(rates).toEqual([100_000, 550_000]);
});
