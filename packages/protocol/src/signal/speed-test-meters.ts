import { SPEED_TEST } from './speed-test.ts';

/** Interarrival jitter as RFC 3550 6.4.1 has it, of packets that carry their sender's time. */
export class JitterMeter {
  #transit: number | null = null;
  #jitterMs = 0;

  get jitterMs(): number {
    return this.#jitterMs;
  }

  /** Clocks of both sides need not agree. Milliseconds. */
  add(sentAt: number, arrivedAt: number): void {
    const transit = arrivedAt - sentAt;
    if (this.#transit !== null) this.#jitterMs += (Math.abs(transit - this.#transit) - this.#jitterMs) / 16;
    this.#transit = transit;
  }
}

/** How many bytes of what fills have come, and how fast. */
export class LoadMeter {
  #bytes = 0;
  #firstAt: number | null = null;
  #lastAt = 0;

  /** Of all but the first packet, which only starts the clock. */
  get bytes(): number {
    return this.#bytes;
  }

  /** From the first packet to the last. */
  get ms(): number {
    return this.#firstAt === null ? 0 : this.#lastAt - this.#firstAt;
  }

  /** 0 when no two packets have come. */
  get kbps(): number {
    return this.ms > 0 ? (this.#bytes * 8) / this.ms : 0;
  }

  add(bytes: number, now: number): void {
    if (this.#firstAt === null) this.#firstAt = now;
    else this.#bytes += bytes;
    this.#lastAt = now;
  }
}

/** How many packets of a size are due by then, so that a rate comes about although timers are late. */
export function duePackets({
  kbps,
  bytes,
  elapsedMs,
}: {
  kbps: number;
  bytes: number;
  elapsedMs: number;
}): number {
  return Math.floor((Math.min(elapsedMs, SPEED_TEST.loadMs) * kbps) / 8 / bytes);
}
