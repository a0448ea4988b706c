import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeiFormat, type SeiCodec, type SeiMessage } from './sei-format.ts';

const format = new SeiFormat();

const START = [0, 0, 0, 1];
const PARAMETERS = [0x67, 0x42, 0xe0, 0x1f];
const PICTURE_PARAMETERS = [0x68, 0xce, 0x01];
const SLICE = [0x65, 0x88, 0x84, 0, 0, 3, 0, 0xf3];
/** Parameter sets and a slice of a key frame, as an encoder gives them. */
const KEY_FRAME = Uint8Array.from([
  ...START,
  ...PARAMETERS,
  ...START,
  ...PICTURE_PARAMETERS,
  ...START,
  ...SLICE,
]);
const FRAMES: Record<SeiCodec, Uint8Array> = { h264: KEY_FRAME, vp8: Uint8Array.from([0x10, 0, 0, 0x9d, 1]) };
const CODECS: readonly SeiCodec[] = ['h264', 'vp8'];

const bytes = (maxLength: number) =>
  fc
    .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 3, 255) }, fc.nat(255)), { maxLength })
    .map((values) => Uint8Array.from(values));
const message: fc.Arbitrary<SeiMessage> = fc.record({
  number: fc.option(fc.nat(0xffff_ffff), { nil: null }),
  bytes: bytes(1024),
});
const messages = fc.oneof(
  fc.array(message, { minLength: 1, maxLength: 4 }),
  fc.array(fc.record({ number: fc.nat(), bytes: bytes(3) }), { minLength: 28, maxLength: 30 }),
);
const frame = (codec: SeiCodec) => bytes(200).map((tail) => Uint8Array.from([...FRAMES[codec], ...tail]));

/** The units between the start codes of an access unit. */
function units(accessUnit: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let at = 0; at + 2 < accessUnit.length; at++) {
    if (accessUnit[at] === 0 && accessUnit[at + 1] === 0 && accessUnit[at + 2] === 1) starts.push(at);
  }
  return starts.map((start, index) => {
    const next = starts[index + 1] ?? accessUnit.length;
    const end = index + 1 < starts.length && accessUnit[next - 1] === 0 ? next - 1 : next;
    return accessUnit.subarray(start + 3, end);
  });
}

describe.each(CODECS)('messages in a frame of %s', (codec) => {
  it('come out as they went in, whatever their bytes', () => {
    fc.assert(
      fc.property(messages, frame(codec), (given, around) => {
        const packed = format.pack(codec, around, given);
        expect(format.unpack(codec, packed).messages).toEqual(given);
      }),
    );
  });

  it('are not found where none are', () => {
    fc.assert(
      fc.property(bytes(300), (tail) => {
        const around = Uint8Array.from([...FRAMES[codec], ...tail.filter((byte) => byte > 0)]);
        expect(format.unpack(codec, around)).toEqual({ messages: [], frame: around });
      }),
    );
  });

  it('do no harm when they are damaged', () => {
    fc.assert(
      fc.property(messages, fc.nat(), fc.nat(255), fc.nat(), (given, at, value, cut) => {
        const packed = format.pack(codec, FRAMES[codec], given);
        packed[at % packed.length] = value;
        const found = format.unpack(codec, packed.subarray(cut % 20)).messages;
        expect(found.length).toBeLessThanOrEqual(30);
        expect(Math.max(0, ...found.map((each) => each.bytes.length))).toBeLessThanOrEqual(1024);
      }),
    );
  });

  it('are at most 30, and none is longer than 1024 bytes', () => {
    const small = { number: 1, bytes: Uint8Array.of(7) };
    const many = format.pack(
      codec,
      FRAMES[codec],
      Array.from({ length: 40 }, () => small),
    );
    expect(format.unpack(codec, many).messages).toHaveLength(30);
    const long = { number: 2, bytes: new Uint8Array(1025) };
    const mixed = format.pack(codec, FRAMES[codec], [long, { ...small, number: null }]);
    expect(format.unpack(codec, mixed).messages).toEqual([{ ...small, number: null }]);
    const behind = format.pack(codec, FRAMES[codec], [{ ...small, number: null }, long]);
    expect(format.unpack(codec, behind).messages).toEqual([{ ...small, number: null }]);
  });
});

describe('in H.264', () => {
  it('they are a unit of their own right before the first slice, without anything that looks like a start code', () => {
    fc.assert(
      fc.property(messages, (given) => {
        const before = units(KEY_FRAME);
        const after = units(format.pack('h264', KEY_FRAME, given));
        expect([after[0], after[1], after[3]]).toEqual(before);
        expect(after).toHaveLength(4);
        const inside = after[2]!;
        expect([...inside.subarray(0, 2)]).toEqual([6, 243]);
        for (let at = 2; at < inside.length; at++) {
          if (inside[at - 2] === 0 && inside[at - 1] === 0) expect(inside[at]).toBeGreaterThanOrEqual(3);
        }
        expect(inside.at(-1), 'the stop bit').toBe(0x80);
      }),
    );
  });

  it('they are read from what another sender wrote: no number, three-byte start codes', () => {
    const foreign = Uint8Array.from([0, 0, 1, 6, 243, 2, 104, 105, 0x80, 0, 0, 1, 0x41, 9, 9]);
    expect(format.unpack('h264', foreign).messages).toEqual([
      { number: null, bytes: Uint8Array.of(104, 105) },
    ]);
  });

  it('a frame without a slice stays as it is', () => {
    const parameters = KEY_FRAME.subarray(0, 15);
    expect(format.pack('h264', parameters, [{ number: 1, bytes: Uint8Array.of(1) }])).toEqual(parameters);
  });
});

it('in VP8 they come off again, so that the decoder gets its frame', () => {
  fc.assert(
    fc.property(messages, frame('vp8'), (given, around) => {
      const packed = format.pack('vp8', around, given);
      expect(packed.subarray(0, around.length)).toEqual(around);
      expect(format.unpack('vp8', packed).frame).toEqual(around);
    }),
  );
});
