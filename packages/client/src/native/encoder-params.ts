import { TRTCError } from '@rotunda/protocol';
import type { PictureSize, VideoSettings } from '../session/local-settings.ts';
import { lookUp } from './checks.ts';
import { TRTCCameraCaptureMode, TRTCVideoResolution, TRTCVideoResolutionMode } from './enums.ts';
import type { TRTCCameraCaptureParams, TRTCVideoEncParam } from './params.ts';

type Row = readonly [width: number, height: number, callKbps: number, liveKbps: number];

/** docs/trtc.md 8.2: landscape size, and the rates that fit it in call scenes and in live ones. */
const RESOLUTIONS: Readonly<Record<TRTCVideoResolution, Row>> = {
  [TRTCVideoResolution.TRTCVideoResolution_120_120]: [120, 120, 80, 120],
  [TRTCVideoResolution.TRTCVideoResolution_160_160]: [160, 160, 100, 150],
  [TRTCVideoResolution.TRTCVideoResolution_270_270]: [270, 270, 200, 300],
  [TRTCVideoResolution.TRTCVideoResolution_480_480]: [480, 480, 350, 500],
  [TRTCVideoResolution.TRTCVideoResolution_160_120]: [160, 120, 100, 150],
  [TRTCVideoResolution.TRTCVideoResolution_240_180]: [240, 180, 150, 250],
  [TRTCVideoResolution.TRTCVideoResolution_280_210]: [280, 210, 200, 300],
  [TRTCVideoResolution.TRTCVideoResolution_320_240]: [320, 240, 250, 375],
  [TRTCVideoResolution.TRTCVideoResolution_400_300]: [400, 300, 300, 450],
  [TRTCVideoResolution.TRTCVideoResolution_480_360]: [480, 360, 400, 600],
  [TRTCVideoResolution.TRTCVideoResolution_640_480]: [640, 480, 600, 900],
  [TRTCVideoResolution.TRTCVideoResolution_960_720]: [960, 720, 1000, 1500],
  [TRTCVideoResolution.TRTCVideoResolution_160_90]: [160, 90, 150, 250],
  [TRTCVideoResolution.TRTCVideoResolution_256_144]: [256, 144, 200, 300],
  [TRTCVideoResolution.TRTCVideoResolution_320_180]: [320, 180, 250, 400],
  [TRTCVideoResolution.TRTCVideoResolution_480_270]: [480, 270, 350, 550],
  [TRTCVideoResolution.TRTCVideoResolution_640_360]: [640, 360, 500, 900],
  [TRTCVideoResolution.TRTCVideoResolution_960_540]: [960, 540, 850, 1300],
  [TRTCVideoResolution.TRTCVideoResolution_1280_720]: [1280, 720, 1200, 1800],
  [TRTCVideoResolution.TRTCVideoResolution_1920_1080]: [1920, 1080, 2000, 3000],
  [TRTCVideoResolution.TRTCVideoResolution_2560_1440]: [2560, 1440, 4860, 4860],
};

const MAX_FPS = 60;
const MAX_KBPS = 50_000;
const MAX_SIDE = 4096;
/** What a camera is asked for at least when quality counts most. */
const HIGH_QUALITY: PictureSize = { width: 1280, height: 720 };

/**
 * Settings as `params` say; what is absent stays as in `current`. A rate that is absent or 0 beside a resolution is the
 * table's.
 * @throws TRTCError ERR_UNSUPPORTED_RESOLUTION for an unknown resolution, ERR_INVALID_PARAMETER for anything else.
 */
export function parseEncoderParams(
  params: Partial<TRTCVideoEncParam> | null | undefined,
  current: VideoSettings,
): VideoSettings {
  if (typeof params !== 'object' || params === null) throw invalid('give a TRTCVideoEncParam');
  const row = rowOf(params.videoResolution);
  const kbps = numberIn(params.videoBitrate, 'videoBitrate', { max: MAX_KBPS });
  const rates = ratesOf(kbps, row, current);
  const minKbps = numberIn(params.minVideoBitrate, 'minVideoBitrate', { max: MAX_KBPS });
  if ((minKbps ?? 0) > (rates.liveKbps ?? rates.kbps))
    throw invalid('minVideoBitrate is not above the bitrate');
  const fps = numberIn(params.videoFps, 'videoFps', { max: MAX_FPS });
  if (fps && fps < 1) throw invalid(`videoFps is 0 or a number from 1 to ${MAX_FPS}`);
  const { mayShrink } = current;
  return {
    ...sizeOf(row, params.resMode, current),
    fps: fps || current.fps,
    ...rates,
    minKbps: minKbps ?? current.minKbps ?? 0,
    mayShrink: params.enableAdjustRes ?? mayShrink ?? false,
  };
}

/** The size to ask a camera for; null for the encoded one. */
export function parseCaptureParams(
  params: Partial<TRTCCameraCaptureParams> | null | undefined,
): PictureSize | null {
  if (typeof params !== 'object' || params === null) throw invalid('give TRTCCameraCaptureParams');
  switch (params.mode) {
    case TRTCCameraCaptureMode.TRTCCameraResolutionStrategyAuto:
    case TRTCCameraCaptureMode.TRTCCameraResolutionStrategyPerformance:
      return null;
    case TRTCCameraCaptureMode.TRTCCameraResolutionStrategyHighQuality:
      return HIGH_QUALITY;
    case TRTCCameraCaptureMode.TRTCCameraCaptureManual: {
      const width = numberIn(params.width, 'width', { max: MAX_SIDE });
      const height = numberIn(params.height, 'height', { max: MAX_SIDE });
      if (!width || !height) throw invalid('capturing by hand needs a width and a height');
      return { width, height };
    }
    default:
      throw invalid('mode is 0 to 3');
  }
}

function rowOf(resolution: unknown): Row | null {
  if (resolution === undefined || resolution === null) return null;
  const row = lookUp(RESOLUTIONS, resolution);
  if (!row) throw new TRTCError('ERR_UNSUPPORTED_RESOLUTION');
  return row;
}

function sizeOf(row: Row | null, mode: unknown, current: PictureSize): PictureSize {
  const { TRTCVideoResolutionModeLandscape, TRTCVideoResolutionModePortrait } = TRTCVideoResolutionMode;
  const given = mode ?? null;
  if (![null, TRTCVideoResolutionModeLandscape, TRTCVideoResolutionModePortrait].includes(given as null)) {
    throw invalid('resMode is 0 (landscape) or 1 (portrait)');
  }
  if (!row && given === null) return { width: current.width, height: current.height };
  const [width, height] = row ?? [current.width, current.height];
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  return given === TRTCVideoResolutionModePortrait
    ? { width: short, height: long }
    : { width: long, height: short };
}

function ratesOf(
  kbps: number | undefined,
  row: Row | null,
  current: VideoSettings,
): Pick<VideoSettings, 'kbps' | 'liveKbps'> {
  if (kbps) return { kbps };
  if (row) return { kbps: row[2], liveKbps: row[3] };
  return { kbps: current.kbps, ...(current.liveKbps ? { liveKbps: current.liveKbps } : {}) };
}

function numberIn(value: unknown, name: string, { max }: { max: number }): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= max) return value;
  throw invalid(`${name} is a number from 0 to ${max}`);
}

function invalid(message: string): TRTCError {
  return new TRTCError('ERR_INVALID_PARAMETER', message);
}
