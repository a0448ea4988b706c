import { TRTCError } from '@rotunda/protocol';
import type { ScreenHints } from '../session/local-settings.ts';
import { TRTCScreenCaptureSourceType } from './enums.ts';
import { TRTCImageBuffer } from './params.ts';

/** What can be shared. A browser lets its user choose, so that each stands for one kind of it; sizes are not known. */
export class TRTCScreenCaptureSourceInfo {
  /** Screen, window or tab. */
  type: TRTCScreenCaptureSourceType;
  /** Names it for `selectScreenCaptureTarget`. */
  sourceId: string;
  /** For people. */
  sourceName: string;
  /** A picture of it. */
  thumbBGRA: TRTCImageBuffer;
  /** A small picture of it. */
  iconBGRA: TRTCImageBuffer;
  /** Always false: a page is not told. */
  isMinimizeWindow: boolean;
  /** Always 0: a page is not told. */
  width: number;
  /** Always 0: a page is not told. */
  height: number;
  /** Always false: a page is not told. */
  isMainScreen: boolean;

  constructor(
    type: TRTCScreenCaptureSourceType = TRTCScreenCaptureSourceType.TRTCScreenCaptureSourceTypeUnknown,
    sourceId = '',
    sourceName = '',
    thumbBGRA = new TRTCImageBuffer(),
    iconBGRA = new TRTCImageBuffer(),
    isMinimizeWindow = false,
    width = 0,
    height = 0,
    isMainScreen = false,
  ) {
    this.type = type;
    this.sourceId = sourceId;
    this.sourceName = sourceName;
    this.thumbBGRA = thumbBGRA;
    this.iconBGRA = iconBGRA;
    this.isMinimizeWindow = isMinimizeWindow;
    this.width = width;
    this.height = height;
    this.isMainScreen = isMainScreen;
  }
}

/** How a screen is captured. A browser knows whether the mouse is in the picture; the rest changes nothing. */
export class TRTCScreenCaptureProperty {
  /** Whether the mouse is to be seen. */
  enableCaptureMouse: boolean;
  /** The browser decides. */
  enableHighLight: boolean;
  /** The browser decides. */
  enableHighPerformance: boolean;
  /** The browser decides. */
  highLightColor: number;
  /** The browser decides. */
  highLightWidth: number;
  /** The browser decides. */
  enableCaptureChildWindow: boolean;

  constructor(
    enableCaptureMouse = true,
    enableHighLight = true,
    enableHighPerformance = true,
    highLightColor = 0,
    highLightWidth = 0,
    enableCaptureChildWindow = false,
  ) {
    this.enableCaptureMouse = enableCaptureMouse;
    this.enableHighLight = enableHighLight;
    this.enableHighPerformance = enableHighPerformance;
    this.highLightColor = highLightColor;
    this.highLightWidth = highLightWidth;
    this.enableCaptureChildWindow = enableCaptureChildWindow;
  }
}

/** A part of a picture, in pixels. */
export class Rect {
  /** From the left edge. */
  left: number;
  /** From the upper edge. */
  top: number;
  /** From the left edge. */
  right: number;
  /** From the upper edge. */
  bottom: number;

  constructor(left = 0, top = 0, right = 0, bottom = 0) {
    this.left = left;
    this.top = top;
    this.right = right;
    this.bottom = bottom;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels. */
const LONGEST_SIDE = 1_024;

const {
  TRTCScreenCaptureSourceTypeScreen,
  TRTCScreenCaptureSourceTypeWindow,
  TRTCScreenCaptureSourceTypeCustom,
} = TRTCScreenCaptureSourceType;

/** Ids and names of what a browser's own dialog offers, and how a page says which of it is meant (W3C screen-capture). */
const SOURCES = [
  { type: TRTCScreenCaptureSourceTypeScreen, id: 'screen', name: 'Screen', surface: 'monitor' },
  { type: TRTCScreenCaptureSourceTypeWindow, id: 'window', name: 'Window', surface: 'window' },
  { type: TRTCScreenCaptureSourceTypeCustom, id: 'tab', name: 'Browser tab', surface: 'browser' },
] as const;

/** Sides of more than 1024 pixels count as 1024. Throws a TRTCError for what is no size. */
export function parseSize(width: unknown, height: unknown): Size {
  const side = (pixels: unknown): number => {
    if (typeof pixels === 'number' && pixels >= 0) return Math.min(LONGEST_SIDE, Math.round(pixels));
    throw new TRTCError('ERR_INVALID_PARAMETER', 'widths and heights are numbers of pixels');
  };
  return { width: side(width), height: side(height) };
}

/** One entry for each kind, with a plain grey picture of the wanted size, so that applications have something to draw. */
export function listScreenSources(thumb: Size, icon: Size): TRTCScreenCaptureSourceInfo[] {
  return SOURCES.map(
    ({ type, id, name }) =>
      new TRTCScreenCaptureSourceInfo(type, id, name, greyImage(thumb), greyImage(icon)),
  );
}

/** What the browser's dialog is to offer first. Throws a TRTCError for what is no source. */
export function parseScreenTarget(source: unknown, property: unknown): ScreenHints {
  // Older versions hand type, id and name over one by one.
  const type: unknown =
    typeof source === 'object' && source !== null && 'type' in source ? source.type : source;
  const found = SOURCES.find((known) => known.type === type);
  if (!found) throw new TRTCError('ERR_INVALID_PARAMETER', 'source is one of getScreenCaptureSources()');
  const { enableCaptureMouse } = (property ?? {}) as { enableCaptureMouse?: unknown };
  return { surface: found.surface, mouse: enableCaptureMouse !== false };
}

/** Whether that is a part of the picture; all zeros are the whole of it. */
export function isPart(rect: unknown): boolean {
  if (typeof rect !== 'object' || rect === null) return false;
  const { left, top, right, bottom } = rect as Partial<Rect>;
  return [left, top, right, bottom].some((edge) => edge !== undefined && edge !== 0);
}

const GREY = [0x80, 0x80, 0x80, 0xff];

function greyImage({ width, height }: Size): TRTCImageBuffer {
  const bytes = new Uint8Array(width * height * GREY.length);
  for (let at = 0; at < bytes.length; at += GREY.length) bytes.set(GREY, at);
  return new TRTCImageBuffer(bytes.buffer, bytes.length, width, height);
}
