import type { Layer } from '@rotunda/protocol';
import { TRTCVideoStreamType } from '@rotunda/protocol';
import type { RenderOptions, View } from '../media/playback.ts';
import type { VideoSettings } from '../session/local-settings.ts';
import type { VideoSource } from '../session/remote-views.ts';
import {
  TRTCVideoFillMode,
  TRTCVideoMirrorType,
  TRTCVideoResolution,
  TRTCVideoResolutionMode,
} from './enums.ts';
import type { TRTCRenderParams, TRTCVideoEncParam } from './params.ts';

export type Views = readonly View[] | View | null | undefined;

export function toViews(views: Views): readonly View[] {
  if (!views) return [];
  return Array.isArray(views) ? (views as readonly View[]) : [views as View];
}

/** Pixels of a resolution id: its name says them. Landscape. */
function sizeOf(resolution: number): { width: number; height: number } | null {
  const name = Object.entries(TRTCVideoResolution).find(([, id]) => id === resolution)?.[0];
  const [width, height] = (name ?? '').split('_').slice(1).map(Number);
  return width && height ? { width, height } : null;
}

/** What is missing or out of range stays as it is in `current`. */
export function toVideoSettings(params: Partial<TRTCVideoEncParam>, current: VideoSettings): VideoSettings {
  const size = params.videoResolution === undefined ? null : sizeOf(params.videoResolution);
  const { width, height } = size ?? current;
  const portrait = params.resMode === TRTCVideoResolutionMode.TRTCVideoResolutionModePortrait;
  return {
    width: portrait && size ? height : width,
    height: portrait && size ? width : height,
    fps: positive(params.videoFps) ?? current.fps,
    kbps: positive(params.videoBitrate) ?? current.kbps,
  };
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}

/** `auto` mirroring means what it means on a desk: one's own camera is shown mirrored, everything else is not. */
export function toRenderOptions(
  params: Partial<TRTCRenderParams>,
  current: RenderOptions,
  { autoMirror }: { autoMirror: boolean },
): RenderOptions {
  const { fillMode, mirrorType, rotation } = params;
  const mirrors: Record<number, boolean> = {
    [TRTCVideoMirrorType.TRTCVideoMirrorType_Auto]: autoMirror,
    [TRTCVideoMirrorType.TRTCVideoMirrorType_Enable]: true,
    [TRTCVideoMirrorType.TRTCVideoMirrorType_Disable]: false,
  };
  const rotations: readonly RenderOptions['rotation'][] = [0, 90, 180, 270];
  return {
    fit:
      fillMode === undefined
        ? current.fit
        : fillMode === TRTCVideoFillMode.TRTCVideoFillMode_Fill
          ? 'cover'
          : 'contain',
    mirror: mirrors[mirrorType ?? -1] ?? current.mirror,
    rotation: rotations[rotation ?? -1] ?? current.rotation,
  };
}

export function toSource(streamType: TRTCVideoStreamType | undefined): VideoSource {
  return streamType === TRTCVideoStreamType.TRTCVideoStreamTypeSub ? 'sub' : 'video';
}

export function toLayer(streamType: TRTCVideoStreamType | undefined): Layer {
  return streamType === TRTCVideoStreamType.TRTCVideoStreamTypeSmall ? 'small' : 'big';
}

export function toStreamType(source: VideoSource, layer: Layer = 'big'): TRTCVideoStreamType {
  if (source === 'sub') return TRTCVideoStreamType.TRTCVideoStreamTypeSub;
  return layer === 'small'
    ? TRTCVideoStreamType.TRTCVideoStreamTypeSmall
    : TRTCVideoStreamType.TRTCVideoStreamTypeBig;
}
