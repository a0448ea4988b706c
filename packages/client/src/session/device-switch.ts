import { explainLoss, type DeviceError } from '../devices/device-errors.ts';
import type { LocalTracks, OpenOutcome } from '../devices/local-tracks.ts';
import type { DevicePlatform, LocalTrack } from '../devices/platform.ts';
import type { LocalSettings } from './local-settings.ts';

/** What a user has several of and may choose among. */
export type DeviceSource = 'video' | 'audio';

export interface DeviceSwitchTools {
  readonly devices: DevicePlatform;
  readonly tracks: LocalTracks;
  readonly settings: LocalSettings;
  /** Another track takes the place of the one before. */
  onSwitched(source: DeviceSource, track: LocalTrack): void;
  /** Nothing is captured any more. */
  onLost(source: DeviceSource, error: DeviceError): void;
}

/** Lets another camera or microphone take the place of the open one, without an end of the stream in between. */
export class DeviceSwitch {
  readonly #tools: DeviceSwitchTools;

  constructor(tools: DeviceSwitchTools) {
    this.#tools = tools;
  }

  /**
   * To the device of the settings. When that cannot be opened, the one before goes on, and `before` is in the settings again.
   * Where a device is busy as long as another one is open, as on phones, that one is closed first. Never rejects.
   */
  async run(source: DeviceSource, before: string | undefined): Promise<OpenOutcome> {
    const { tracks, settings } = this.#tools;
    let outcome = await tracks.replace(source, settings.constraints(source));
    const busy = outcome.kind === 'failed' && outcome.error.platformName === 'NotReadableError';
    if (busy) outcome = await tracks.open(source, settings.constraints(source));
    if (outcome.kind === 'opened') this.#tools.onSwitched(source, outcome.track);
    if (outcome.kind !== 'failed') return outcome;
    settings.choose(source, before);
    if (busy) await this.#reopen(source);
    return outcome;
  }

  /** The open microphone is gone: the system's default one takes its place, unless the user has withdrawn the permission. */
  async replaceLost(source: 'audio', isWanted: () => boolean): Promise<OpenOutcome> {
    const { devices, settings } = this.#tools;
    const error = await explainLoss(devices, source);
    if (!isWanted()) return { kind: 'superseded' };
    if (error.platformName === 'NotAllowedError') {
      this.#tools.onLost(source, error);
      return { kind: 'failed', error };
    }
    settings.choose(source, undefined);
    return this.#reopen(source, error);
  }

  /** @param cause what is told when that fails; without it, why it failed */
  async #reopen(source: DeviceSource, cause?: DeviceError): Promise<OpenOutcome> {
    const { tracks, settings } = this.#tools;
    const outcome = await tracks.open(source, settings.constraints(source));
    if (outcome.kind === 'opened') this.#tools.onSwitched(source, outcome.track);
    if (outcome.kind === 'failed') this.#tools.onLost(source, cause ?? outcome.error);
    return outcome;
  }
}
