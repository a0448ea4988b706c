import { TRTCError } from '@rotunda/protocol';
import type { StillSource, WatermarkPlace } from '../picture/compositor.ts';
import { swapRedAndBlue } from '../media/pixels.ts';
import { lookUp } from './checks.ts';
import { TRTCWaterMarkSrcType } from './enums.ts';
import type { TRTCImageBuffer } from './params.ts';

const BYTES_PER_PIXEL = 4;
const ORDERS: Readonly<Record<number, 'bgra' | 'rgba'>> = {
  [TRTCWaterMarkSrcType.TRTCWaterMarkSrcTypeBGRA32]: 'bgra',
  [TRTCWaterMarkSrcType.TRTCWaterMarkSrcTypeRGBA32]: 'rgba',
};

/** Arguments of `setWaterMark` after the stream type. */
export interface WaterMarkArguments {
  readonly srcData: ArrayBuffer | string;
  readonly srcType: TRTCWaterMarkSrcType;
  readonly nWidth: number;
  readonly nHeight: number;
  readonly xOffset: number;
  readonly yOffset: number;
  readonly fWidthRatio: number;
}

/** Throws a TRTCError if it is no image, or no place for one. */
export function parseWaterMark(given: WaterMarkArguments): { source: StillSource; place: WatermarkPlace } {
  const place = {
    x: toPart(given.xOffset, 'xOffset'),
    y: toPart(given.yOffset, 'yOffset'),
    width: toPart(given.fWidthRatio, 'fWidthRatio'),
  };
  return { source: parseSource(given), place };
}

/** Throws a TRTCError if it is no image. */
export function parseImageBuffer({ buffer, width, height }: TRTCImageBuffer): StillSource {
  return { kind: 'pixels', width, height, rgba: toRgba(buffer, { width, height, order: 'bgra' }) };
}

function parseSource({ srcData, srcType, nWidth: width, nHeight: height }: WaterMarkArguments): StillSource {
  if (srcType === TRTCWaterMarkSrcType.TRTCWaterMarkSrcTypeFile) {
    if (typeof srcData === 'string' && srcData !== '') return { kind: 'file', url: srcData };
    throw invalid('srcData of a file is its address');
  }
  const order = lookUp(ORDERS, srcType);
  if (!order) throw invalid('srcType is 0 (file), 1 (BGRA) or 2 (RGBA)');
  return { kind: 'pixels', width, height, rgba: toRgba(srcData, { width, height, order }) };
}

/** A copy: what the application does with its buffer afterwards changes nothing. */
function toRgba(
  buffer: unknown,
  { width, height, order }: { width: number; height: number; order: 'bgra' | 'rgba' },
): Uint8ClampedArray<ArrayBuffer> {
  const whole = Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0;
  const length = width * height * BYTES_PER_PIXEL;
  if (!whole || !isBuffer(buffer) || buffer.byteLength < length) {
    throw invalid('pixels are width x height x 4 bytes in an ArrayBuffer');
  }
  const pixels = new Uint8ClampedArray(buffer.slice(0, length));
  return order === 'rgba' ? pixels : swapRedAndBlue(pixels);
}

/** Buffers of other frames are instances of other constructors. */
function isBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}

function toPart(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw invalid(`${name} is a part of the picture, from 0 to 1`);
}

function invalid(message: string): TRTCError {
  return new TRTCError('ERR_INVALID_PARAMETER', message);
}
