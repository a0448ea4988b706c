import type { Source } from '@rotunda/protocol';
import { toDeviceError, type DeviceError } from './device-errors.ts';
import type { DevicePlatform, LocalTrack } from './platform.ts';

/** `superseded`: closed or opened anew while the platform was still opening. */
export type OpenOutcome =
  | { readonly kind: 'opened'; readonly track: LocalTrack }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'failed'; readonly error: DeviceError };

type Slot =
  | { readonly state: 'closed' }
  | { readonly state: 'opening' }
  | { readonly state: 'open'; readonly track: LocalTrack; readonly unlisten: () => void };

const CLOSED: Slot = { state: 'closed' };

/**
 * Owns every local track: at most one per source. Nobody else stops a track, and none lives that this registry does
 * not know, so that closing all of them here switches the permission indicators off. A capture that is still being opened when
 * it is no longer wanted is stopped the moment it arrives.
 */
export class LocalTracks {
  readonly #devices: Pick<DevicePlatform, 'open'>;
  readonly #onEnded: (source: Source) => void;
  readonly #slots: Record<Source, Slot> = { video: CLOSED, audio: CLOSED, sub: CLOSED };
  /** Captures that the platform is still opening, wanted or not. */
  readonly #arriving = new Set<Promise<unknown>>();

  /** `onEnded`: the platform ended a track by itself (unplugged, or the browser's own stop button). */
  constructor(devices: Pick<DevicePlatform, 'open'>, onEnded: (source: Source) => void) {
    this.#devices = devices;
    this.#onEnded = onEnded;
  }

  get(source: Source): LocalTrack | null {
    const slot = this.#slots[source];
    return slot.state === 'open' ? slot.track : null;
  }

  /** Resolves when nothing is being opened any more, so that nothing can arrive; null when that holds already. */
  settled(): Promise<void> | null {
    if (this.#arriving.size === 0) return null;
    return Promise.allSettled(this.#arriving).then(() => this.settled() ?? undefined);
  }

  /** Opens a device, in place of what the source had before. */
  open(source: Source, constraints: MediaTrackConstraints): Promise<OpenOutcome> {
    return this.#arrive(this.#open(source, constraints));
  }

  /**
   * Opens another device while the one before goes on, which is stopped when the other one delivers. After a failure it still
   * goes on. `superseded` also when the source is not open.
   */
  replace(source: Source, constraints: MediaTrackConstraints): Promise<OpenOutcome> {
    return this.#arrive(this.#replace(source, constraints));
  }

  #arrive(opening: Promise<OpenOutcome>): Promise<OpenOutcome> {
    this.#arriving.add(opening);
    return opening.finally(() => this.#arriving.delete(opening));
  }

  async #open(source: Source, constraints: MediaTrackConstraints): Promise<OpenOutcome> {
    this.close(source);
    const slot: Slot = { state: 'opening' };
    this.#slots[source] = slot;
    try {
      const track = await this.#devices.open(source, constraints);
      if (this.#slots[source] !== slot) {
        track.stop();
        return { kind: 'superseded' };
      }
      this.#slots[source] = this.#hold(source, track);
      return { kind: 'opened', track };
    } catch (error) {
      if (this.#slots[source] !== slot) return { kind: 'superseded' };
      this.#slots[source] = CLOSED;
      return { kind: 'failed', error: toDeviceError(source, error) };
    }
  }

  async #replace(source: Source, constraints: MediaTrackConstraints): Promise<OpenOutcome> {
    const slot = this.#slots[source];
    if (slot.state !== 'open') return { kind: 'superseded' };
    try {
      const track = await this.#devices.open(source, constraints);
      if (this.#slots[source] !== slot) {
        track.stop();
        return { kind: 'superseded' };
      }
      this.close(source);
      this.#slots[source] = this.#hold(source, track);
      return { kind: 'opened', track };
    } catch (error) {
      if (this.#slots[source] !== slot) return { kind: 'superseded' };
      return { kind: 'failed', error: toDeviceError(source, error) };
    }
  }

  close(source: Source): void {
    const slot = this.#slots[source];
    this.#slots[source] = CLOSED;
    if (slot.state !== 'open') return;
    slot.unlisten();
    slot.track.stop();
  }

  #hold(source: Source, track: LocalTrack): Slot {
    const ended = (): void => {
      if (this.get(source) !== track) return;
      this.close(source);
      this.#onEnded(source);
    };
    track.addEventListener('ended', ended);
    return { state: 'open', track, unlisten: () => track.removeEventListener('ended', ended) };
  }
}
