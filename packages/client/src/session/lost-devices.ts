import type { Clock } from '@rotunda/base';
import { lossError, type DeviceError } from '../devices/device-errors.ts';
import type { DevicePlatform } from '../devices/platform.ts';
import { Timeouts } from './timeouts.ts';

/** Browsers list their devices at once, or, as Firefox does for a page without the focus, not before the user comes back to it. */
const ANSWER_MS = 1_000;

/** Finds out why cameras and microphones ended by themselves. */
export class LostDevices {
  readonly #devices: Pick<DevicePlatform, 'list'>;
  readonly #clock: Clock;
  /** What is still of interest: each loss has a wait of its own. */
  readonly #waits = new Map<'video' | 'audio', Timeouts>();

  constructor({ devices, clock }: { devices: Pick<DevicePlatform, 'list'>; clock: Clock }) {
    this.#devices = devices;
    this.#clock = clock;
  }

  /** Within a second. Null when it was forgotten meanwhile, as it is for a later loss of the same kind. Never rejects. */
  async explain(source: 'video' | 'audio'): Promise<DeviceError | null> {
    this.forget(source);
    const wait = new Timeouts(this.#clock);
    this.#waits.set(source, wait);
    const list = await Promise.race([
      this.#devices.list().catch(() => []),
      wait.wait(ANSWER_MS).then(() => null),
    ]);
    if (this.#waits.get(source) !== wait) return null;
    this.forget(source);
    return lossError(source, list);
  }

  /** Nobody wants to know any more. */
  forget(source: 'video' | 'audio'): void {
    this.#waits.get(source)?.close();
    this.#waits.delete(source);
  }
}
