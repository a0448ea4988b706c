import type { Layer } from '@rotunda/protocol';
import { TRTCVideoStreamType } from '@rotunda/protocol';
import type { RenderOptions, View } from '../media/playback.ts';
import type { VideoSource } from '../session/remote-views.ts';
import { TRTCVideoFillMode, TRTCVideoMirrorType } from './enums.ts';
import type { TRTCRenderParams } from './params.ts';

export type Views = readonly View[] | View | null | undefined;

export function toViews(views: Views): readonly View[] {
  if (!views) return [];
  return Array.isArray(views) ? (views as readonly View[]) : [views as View];
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
