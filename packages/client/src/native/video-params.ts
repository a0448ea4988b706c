import type { Layer } from '@rotunda/protocol';
import { TRTCError, TRTCVideoStreamType } from '@rotunda/protocol';
import type { RenderOptions, View } from '../media/playback.ts';
import type { VideoSource } from '../session/remote-views.ts';
import type { TRTCRenderParams } from './params.ts';

/** Where a picture is shown: in one element of the page, in several, or nowhere. A text is the id of an element. */
export type Views = readonly (View | string)[] | View | string | null | undefined;

/** Ids have become elements when the arguments were checked. */
export function toViews(views: Views): readonly View[] {
  if (!views) return [];
  return Array.isArray(views) ? (views as readonly View[]) : [views as View];
}

const FITS: readonly RenderOptions['fit'][] = ['cover', 'contain'];
const ROTATIONS: readonly RenderOptions['rotation'][] = [0, 90, 180, 270];

/**
 * What is absent stays as in `current`. `auto` mirroring means what it means on a desk: one's own camera is shown mirrored,
 * everything else is not. Throws a TRTCError at an unknown number.
 */
export function toRenderOptions(
  { fillMode, mirrorType, rotation }: Partial<TRTCRenderParams>,
  current: RenderOptions,
  { autoMirror }: { autoMirror: boolean },
): RenderOptions {
  return {
    fit: pick(FITS, fillMode, 'fillMode') ?? current.fit,
    mirror: pick([autoMirror, true, false], mirrorType, 'mirrorType') ?? current.mirror,
    rotation: pick(ROTATIONS, rotation, 'rotation') ?? current.rotation,
  };
}

/** Enums count from 0. */
function pick<T>(values: readonly T[], number: number | undefined, name: string): T | undefined {
  if (number === undefined) return undefined;
  const value = values.find((_value, index) => index === number);
  if (value !== undefined) return value;
  throw new TRTCError('ERR_INVALID_PARAMETER', `${name} is a number from 0 to ${values.length - 1}`);
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
