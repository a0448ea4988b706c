import type { DeviceError } from '../devices/device-errors.ts';
import type { LocalTracks, OpenOutcome } from '../devices/local-tracks.ts';
import type { LocalTrack } from '../devices/platform.ts';
import type { LocalSettings } from './local-settings.ts';
import type { LostDevices } from './lost-devices.ts';

/** What a user has several of and may choose among. */
export type DeviceSource = 'video' | 'audio';

/** What the settings named when what is captured was opened: one that cannot be opened gives way to it again. */
export interface DeviceChoice {
  inUse: string | undefined;
}

export interface DeviceSwitchTools {
  readonly lost: Pick<LostDevices, 'explain'>;
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
   * To the device of the settings. When that cannot be opened, the one before goes on and is in the settings again; where that
   * one is gone, the one of the settings then is opened. Where a device is busy as long as another one is open, as on phones,
   * that one is closed first. `superseded` when it is not wanted any more: stopped, or another one was chosen. Never rejects.
   */
  async run(source: DeviceSource, choice: DeviceChoice, isWanted: () => boolean): Promise<OpenOutcome> {
    if (!isWanted()) return { kind: 'superseded' };
    const { tracks, settings } = this.#tools;
    const wanted = settings.devices[source];
    const outcome = await this.#take(source, isWanted);
    if (outcome.kind === 'opened') {
      choice.inUse = wanted;
      this.#tools.onSwitched(source, outcome.track);
    }
    if (outcome.kind !== 'failed') return outcome;
    if (!isWanted()) return { kind: 'superseded' };
    settings.choose(source, choice.inUse);
    if (tracks.get(source)) return outcome;
    if (outcome.error.platformName === 'NotAllowedError') {
      // Whoever hears that nothing is captured any more hears why.
      this.#tools.onLost(source, outcome.error);
      return { kind: 'superseded' };
    }
    await this.#reopen(source);
    return outcome;
  }

  /**
   * The open microphone is gone: the system's default one takes its place, unless the user has withdrawn the permission.
   * `superseded` when it was stopped or another one was chosen meanwhile.
   */
  async replaceLost(source: 'audio', isWanted: () => boolean): Promise<OpenOutcome> {
    const { lost, settings } = this.#tools;
    const error = await lost.explain(source);
    if (!error || !isWanted()) return { kind: 'superseded' };
    if (error.platformName === 'NotAllowedError') {
      this.#tools.onLost(source, error);
      return { kind: 'failed', error };
    }
    settings.choose(source, undefined);
    return this.#reopen(source, error);
  }

  async #take(source: DeviceSource, isWanted: () => boolean): Promise<OpenOutcome> {
    const { tracks, settings } = this.#tools;
    const constraints = settings.constraints(source);
    if (!tracks.get(source)) return tracks.open(source, constraints);
    const outcome = await tracks.replace(source, constraints);
    const busy = outcome.kind === 'failed' && outcome.error.platformName === 'NotReadableError';
    // Superseded though wanted: the one before was lost meanwhile.
    const again = (busy || outcome.kind === 'superseded') && isWanted();
    return again ? tracks.open(source, constraints) : outcome;
  }

  /** @param cause what is told when that fails; without it, why it failed */
  async #reopen(source: DeviceSource, cause?: DeviceError): Promise<OpenOutcome> {
    const { tracks, settings } = this.#tools;
    const outcome = await tracks.open(source, settings.constraints(source));
    if (outcome.kind === 'opened') this.#tools.onSwitched(source, outcome.track);
    if (outcome.kind === 'failed') {
      const { error } = outcome;
      // Whatever took the device away, without the permission it is of no use to look for another one.
      this.#tools.onLost(source, error.platformName === 'NotAllowedError' ? error : (cause ?? error));
    }
    return outcome;
  }
}
