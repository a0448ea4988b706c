import type { Layer } from '@rotunda/protocol';
import type { RenderOptions, View } from '../media/playback.ts';
import type { VideoSource } from '../session/remote-views.ts';
import { optionalChoice, type Given } from './checks.ts';
import { EXTRA_CODE, invalidParameter } from './errors.ts';
import type { WebStreamType } from './types.ts';

export const STREAM_TYPES = ['main', 'sub'] as const satisfies readonly WebStreamType[];
const FILL_MODES = ['contain', 'cover', 'fill'] as const;
const ROTATIONS = [0, 90, 180, 270] as const;
const MIRRORS = [true, false, 'view', 'publish', 'both'] as const;

/** Undefined when `view` is absent: then views stay as they are. */
export function parseViews(view: unknown): readonly View[] | undefined {
  if (view === undefined) return undefined;
  if (view === null || view === '') return [];
  const given: readonly unknown[] = Array.isArray(view) ? view : [view];
  return given.map(toView);
}

function toView(view: unknown): View {
  if (typeof view === 'string') {
    const { document } = globalThis as { document?: Document };
    const element = document?.getElementById(view);
    if (!element)
      throw invalidParameter(EXTRA_CODE.noSuchElement, `the page has no element with the id ${view}`);
    return element;
  }
  if (!isElement(view)) throw invalidParameter(EXTRA_CODE.notAnElement, 'view is an id or an HTMLElement');
  return view;
}

/** Elements of other frames are instances of other constructors, so it is the shape that counts. */
function isElement(value: unknown): value is View {
  return typeof value === 'object' && value !== null && (value as { nodeType?: unknown }).nodeType === 1;
}

/** What is absent stays as in `current`. */
export function parseRender({ fillMode, mirror, rotation }: Given, current: RenderOptions): RenderOptions {
  const wanted = optionalChoice(mirror, MIRRORS, 'mirror');
  return {
    fit: optionalChoice(fillMode, FILL_MODES, 'fillMode') ?? current.fit,
    mirror: wanted === undefined ? current.mirror : wanted !== false && wanted !== 'publish',
    rotation: optionalChoice(rotation, ROTATIONS, 'rotation') ?? current.rotation,
  };
}

export function toSource(streamType: WebStreamType): VideoSource {
  return streamType === 'main' ? 'video' : 'sub';
}

export function toStreamType(source: VideoSource): WebStreamType {
  return source === 'video' ? 'main' : 'sub';
}

export function toLayer(small: boolean | undefined): Layer {
  return small ? 'small' : 'big';
}
