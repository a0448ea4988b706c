import type { Clock } from '@rotunda/base';
import { lossError, type DeviceError } from '../devices/device-errors.ts';
import type { DevicePlatform } from '../devices/platform.ts';
import { Timeouts } from './timeouts.ts';

/** Browsers list their devices at once, or, as Firefox does for a page without the focus, not before the user comes back to it. */
const ANSWER_MS = 1_000;

/** Finds out why cameras and microphones ended by themselves. */
export class LostDevices {
  readonly #devices: Pick<DevicePlatform, 'list'>;
  readonly #waits: Record<'video' | 'audio', Timeouts>;
  /** Goes up with what is not of interest any more. */
  readonly #rounds: Record<'video' | 'audio', number> = { video: 0, audio: 0 };

  constructor({ devices, clock }: { devices: Pick<DevicePlatform, 'list'>; clock: Clock }) {
    this.#devices = devices;
    this.#waits = { video: new Timeouts(clock), audio: new Timeouts(clock) };
  }

  /** Within a second. Null when it was forgotten meanwhile. Never rejects. */
  async explain(source: 'video' | 'audio'): Promise<DeviceError | null> {
    const round = this.#rounds[source];
    const waits = this.#waits[source];
    const list = await Promise.race([
      this.#devices.list().catch(() => []),
      waits.wait(ANSWER_MS).then(() => null),
    ]);
    if (round !== this.#rounds[source]) return null;
    waits.wake();
    return lossError(source, list);
  }

  /** Nobody wants to know any more. */
  forget(source: 'video' | 'audio'): void {
    this.#rounds[source]++;
    this.#waits[source].wake();
  }
}
