import { TokenBucket } from '@rotunda/base';
import { MESSAGE_LIMITS, TRTCError, base64ByteLength, type RequestParams } from '@rotunda/protocol';

/** An honest client sends at once what it had sent into a dead link, and a little more. */
const SPARE_MS = 2_000;

/** What one stay has said to its room, and how much more it may say. */
export class Speech {
  /** The last message of each cmdId. */
  readonly newest = new Map<number, { readonly seq: number; readonly reliable: boolean }>();
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;

  constructor({ now, linkDead }: { now: number; linkDead: number }) {
    const seconds = (linkDead + SPARE_MS) / 1000;
    const bucket = (perSecond: number): TokenBucket =>
      new TokenBucket({ perSecond, burst: perSecond * seconds, now });
    this.#messages = bucket(MESSAGE_LIMITS.messagesPerSecond);
    this.#bytes = bucket(MESSAGE_LIMITS.bytesPerSecond);
  }

  /** @returns false for what was said before: sent again, because the confirmation got lost. Throws a TRTCError when it is too much. */
  accept({ cmdId, seq, reliable, data }: RequestParams<'customMessage'>, now: number): boolean {
    if (seq <= (this.newest.get(cmdId)?.seq ?? 0)) return false;
    if (!this.#messages.take(1, now) || !this.#bytes.take(base64ByteLength(data), now)) {
      throw new TRTCError('ERR_REFUSED', 'too many messages in a second, or too many bytes');
    }
    this.newest.set(cmdId, { seq, reliable });
    return true;
  }
}
