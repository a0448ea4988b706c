import { describe, expect, it } from 'vitest';
import { parseCaptureParams, parseEncoderParams } from './encoder-params.ts';
import { TRTCVideoEncParam } from './params.ts';

const CURRENT = { width: 640, height: 360, fps: 15, kbps: 550 };

describe('encoder parameters', () => {
  it.each([
    [
      'all of a positional object',
      new TRTCVideoEncParam(112, 0, 20, 1000, 200, true),
      [1280, 720, 20, 1000, 200, true],
    ],
    ['an upright picture', { videoResolution: 108, resMode: 1 } as const, [360, 640, 15, 500, 0, false]],
    ['only the mode: the picture is turned', { resMode: 1 } as const, [360, 640, 15, 550, 0, false]],
    ['only a rate', { videoBitrate: 300 }, [640, 360, 15, 300, 0, false]],
    ['a rate that never falls', { videoBitrate: 300, minVideoBitrate: 300 }, [640, 360, 15, 300, 300, false]],
    ['one frame a second', { videoFps: 1 }, [640, 360, 1, 550, 0, false]],
    ['nothing', {}, [640, 360, 15, 550, 0, false]],
  ])('takes %s', (_what, params, expected) => {
    const { width, height, fps, kbps, minKbps, mayShrink } = parseEncoderParams(params, CURRENT);
    expect([width, height, fps, kbps, minKbps, mayShrink]).toEqual(expected);
  });

  it('takes the rates of the table where none is given, one for calls and one for live scenes', () => {
    const settings = parseEncoderParams({ videoResolution: 110, videoBitrate: 0 }, CURRENT);
    expect(settings).toMatchObject({ kbps: 850, liveKbps: 1300 });
    expect(parseEncoderParams({ videoBitrate: 700 }, settings)).not.toHaveProperty('liveKbps');
  });

  it.each([
    ['an unknown resolution', { videoResolution: 9 }, -1305],
    ['a resolution that is no number', { videoResolution: 'constructor' }, -1305],
    ['a negative rate', { videoBitrate: -1 }, -2],
    ['text', { videoFps: '15' }, -2],
    ['an unknown mode', { resMode: 2 }, -2],
    ['too many frames', { videoFps: 1000 }, -2],
    ['less than a frame a second', { videoFps: 0.5 }, -2],
    ['more at least than at most', { videoBitrate: 300, minVideoBitrate: 301 }, -2],
    ['more at least than at most, which is as it was', { minVideoBitrate: 551 }, -2],
    ['more at least than the table has at most', { videoResolution: 108, minVideoBitrate: 901 }, -2],
    ['nothing at all', null, -2],
  ])('refuses %s', (_what, params, code) => {
    expect(() => parseEncoderParams(params as never, CURRENT)).toThrow(expect.objectContaining({ code }));
  });
});

describe('capture parameters', () => {
  it.each([
    [0, null],
    [1, null],
    [2, { width: 1280, height: 720 }],
    [3, { width: 800, height: 600 }],
  ])('mode %i', (mode, expected) => {
    expect(parseCaptureParams({ mode: mode as 0, width: 800, height: 600 })).toEqual(expected);
  });

  it('refuses a size by hand that is none', () => {
    expect(() => parseCaptureParams({ mode: 3, width: 0, height: 600 })).toThrow(
      expect.objectContaining({ code: -2 }),
    );
  });
});
