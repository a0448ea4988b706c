/** One message as it travels with a picture. */
export interface SeiMessage {
  /** Tells the copies of one message from another message; null when the sender does not number. */
  readonly number: number | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Codecs whose frames can carry messages. */
export type SeiCodec = 'h264' | 'vp8';

/**
 * How messages lie in encoded frames. In H.264: an SEI NAL unit (ITU-T H.264 7.3.2.3, annex D) before the first slice, with one payload of
 * type 243 for each message, followed by one of type 5 (user data with a UUID) that numbers it; other decoders pass over it. In VP8, which has
 * no place for it: the same payloads behind the frame, then their length (2 bytes) and 8 bytes to recognise them by; a VP8 decoder does
 * not look behind the last partition.
 *
 * The text of this class also runs in a worker: it may use nothing that is not in it.
 */
export class SeiFormat {
  /** More than this in one frame, or longer ones, are not ours. */
  readonly #maxMessages = 30;
  readonly #maxBytes = 1024;
  readonly #messageType = 243;
  readonly #numberType = 5;
  readonly #uuid = [
    0x7b, 0x1e, 0x5d, 0x02, 0x9a, 0x44, 0x4c, 0x6f, 0x8d, 0x3b, 0x52, 0x6f, 0x74, 0x75, 0x6e, 0x64,
  ];
  /** `RotndSEI`. */
  readonly #magic = [0x52, 0x6f, 0x74, 0x6e, 0x64, 0x53, 0x45, 0x49];

  /** @returns the frame with the messages in it. A frame that has no slice stays as it is. */
  pack(codec: SeiCodec, frame: Uint8Array, messages: readonly SeiMessage[]): Uint8Array<ArrayBuffer> {
    const body = messages.flatMap((message) => this.#encode(message));
    if (codec === 'vp8')
      return this.#join([frame, body, [body.length >> 8, body.length & 0xff], this.#magic]);
    const { at } = this.#scan(frame);
    if (at < 0) return this.#join([frame]);
    return this.#join([
      frame.subarray(0, at),
      [0, 0, 0, 1, 6],
      this.#escape([...body, 0x80]),
      frame.subarray(at),
    ]);
  }

  /** @returns the messages in a frame, and the frame as its decoder wants it. What is malformed is left out. */
  unpack(codec: SeiCodec, frame: Uint8Array): { messages: SeiMessage[]; frame: Uint8Array } {
    if (codec === 'h264') {
      const messages = this.#scan(frame).units.flatMap((unit) => this.#decode(this.#unescape(unit)));
      return { messages: messages.slice(0, this.#maxMessages), frame };
    }
    const end = frame.length - this.#magic.length - 2;
    if (end < 0 || !this.#magic.every((byte, index) => frame[end + 2 + index] === byte)) {
      return { messages: [], frame };
    }
    const start = end - (this.#byte(frame, end) * 256 + this.#byte(frame, end + 1));
    if (start < 0) return { messages: [], frame };
    return { messages: this.#decode(frame.subarray(start, end)), frame: frame.subarray(0, start) };
  }

  #encode({ number, bytes }: SeiMessage): number[] {
    const message = this.#payload(this.#messageType, bytes);
    if (number === null) return message;
    const digits = [number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff];
    return [...message, ...this.#payload(this.#numberType, [...this.#uuid, ...digits])];
  }

  /** A length is written as 255 as often as it goes, and the rest. */
  #payload(type: number, bytes: ArrayLike<number>): number[] {
    const full = Array.from({ length: Math.floor(bytes.length / 255) }, () => 255);
    return [type, ...full, bytes.length % 255, ...Array.from(bytes)];
  }

  #decode(body: Uint8Array): SeiMessage[] {
    const messages: SeiMessage[] = [];
    let at = 0;
    const next = (): number => {
      let sum = 0;
      while (body[at] === 255) {
        sum += 255;
        at += 1;
      }
      return sum + this.#byte(body, at++);
    };
    // The number of a message comes right behind it.
    let numbered: SeiMessage | null = null;
    // The last byte of an SEI unit is its stop bit; shorter than type and length nothing is.
    while (at + 2 <= body.length) {
      const type = next();
      const length = next();
      if (at + length > body.length) break;
      if (type === this.#messageType && messages.length === this.#maxMessages) break;
      const bytes = body.slice(at, at + length);
      at += length;
      const number = type === this.#numberType ? this.#number(bytes) : null;
      if (number !== null && numbered === messages.at(-1)) messages.splice(-1, 1, { ...numbered, number });
      numbered = type === this.#messageType && length <= this.#maxBytes ? { number: null, bytes } : null;
      if (numbered) messages.push(numbered);
    }
    return messages;
  }

  /** Null if the payload is not ours. */
  #number(payload: Uint8Array): number | null {
    const digits = payload.subarray(this.#uuid.length);
    if (digits.length !== 4 || !this.#uuid.every((byte, index) => payload[index] === byte)) return null;
    return digits.reduce((sum, digit) => sum * 256 + digit, 0);
  }

  /** The SEI units before the first slice, and where that begins with its start code; -1 when there is none. */
  #scan(frame: Uint8Array): { units: Uint8Array[]; at: number } {
    const units: Uint8Array[] = [];
    let unit = -1;
    for (let at = 0; at + 3 < frame.length; at++) {
      if (frame[at] !== 0 || frame[at + 1] !== 0 || frame[at + 2] !== 1) continue;
      const start = at > 0 && frame[at - 1] === 0 ? at - 1 : at;
      const type = this.#byte(frame, at + 3) & 0x1f;
      if (unit >= 0) units.push(frame.subarray(unit, start));
      if (type >= 1 && type <= 5) return { units, at: start };
      unit = type === 6 ? at + 4 : -1;
      at += 3;
    }
    if (unit >= 0) units.push(frame.subarray(unit));
    return { units, at: -1 };
  }

  /** Two zeros and a byte up to 3 would look like a start code: a 3 goes in between (7.4.1). */
  #escape(bytes: readonly number[]): number[] {
    const escaped: number[] = [];
    let zeros = 0;
    for (const byte of bytes) {
      if (zeros === 2 && byte <= 3) {
        escaped.push(3);
        zeros = 0;
      }
      escaped.push(byte);
      zeros = byte === 0 ? zeros + 1 : 0;
    }
    return escaped;
  }

  #unescape(bytes: Uint8Array): Uint8Array {
    return bytes.filter((byte, at) => byte !== 3 || at < 2 || bytes[at - 1] !== 0 || bytes[at - 2] !== 0);
  }

  #byte(bytes: Uint8Array, at: number): number {
    return bytes[at] ?? 0;
  }

  #join(parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }
}
