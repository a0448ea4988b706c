import { expect, it } from 'vitest';
import { audioEncodings, opusOptions, videoEncodings } from './encodings.ts';

const camera = {
  kind: 'video',
  codec: 'vp8',
  fps: 15,
  maxKbps: 550,
  minKbps: 0,
  scaleDownBy: 1,
  small: null,
  degradation: 'maintain-resolution',
  carriesSei: false,
  layers: 'all',
  muted: false,
} as const;

it.each(['vp8', 'h264'] as const)(
  'sends %s in one temporal layer, so that a late frame is still decoded',
  (codec) => {
    const small = { scaleDownBy: 4, maxKbps: 100, fps: 10 };
    const modes = videoEncodings({ ...camera, codec, small }).map(({ scalabilityMode }) => scalabilityMode);
    expect(modes).toEqual(['L1T1', 'L1T1']);
  },
);

it('sends one layer, the first, when both would be of one size', () => {
  const small = { scaleDownBy: 1, maxKbps: 550, fps: 10 };
  const [first, second] = videoEncodings({ ...camera, small });
  expect(first).toMatchObject({ maxBitrate: 550_000, scaleResolutionDownBy: 1 });
  expect(second?.active).toBe(false);
  const alone = videoEncodings({ ...camera, small, layers: 'big' });
  expect(alone.map(({ active }) => active)).toEqual([true, false]);
});

it.each([
  ['all', [true, true]],
  ['big', [false, true]],
  ['small', [true, false]],
  ['none', [false, false]],
] as const)('sends the layers that it is asked for: %s', (layers, active) => {
  const small = { scaleDownBy: 4, maxKbps: 100, fps: 10 };
  const sent = (options: object): unknown[] =>
    videoEncodings({ ...camera, ...options, layers }).map((encoding) => encoding.active);
  expect(sent({ small })).toEqual(active);
  expect(sent({ small: null }), 'the only layer is also the small one').toEqual([layers !== 'none']);
  expect(sent({ codec: 'vp9' })).toEqual([layers !== 'none']);
});

it('gives each layer its own frames per second', () => {
  const small = { scaleDownBy: 4, maxKbps: 100, fps: 10 };
  expect(videoEncodings({ ...camera, small }).map(({ maxFramerate }) => maxFramerate)).toEqual([10, 15]);
});

it('puts the small stream before the big one', () => {
  const small = { scaleDownBy: 4, maxKbps: 100, fps: 10 };
  const rates = videoEncodings({ ...camera, small }).map(({ maxBitrate }) => maxBitrate);
  expect(rates).toEqual([100_000, 550_000]);
});

it('negotiates what Opus may use, and a limit that can be changed later', () => {
  const music = {
    kind: 'audio',
    maxKbps: 128,
    stereo: true,
    sampleRate: 48_000,
    dtx: false,
    muted: false,
  } as const;
  expect(opusOptions(music)).toEqual({
    opusFec: true,
    opusDtx: false,
    opusStereo: true,
    opusMaxPlaybackRate: 48_000,
    opusMaxAverageBitrate: 128_000,
  });
  expect(audioEncodings(music)).toEqual([{ maxBitrate: 128_000 }]);
});
