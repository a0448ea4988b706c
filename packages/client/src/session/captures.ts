import type { Clock } from '@rotunda/base';
import type { Source } from '@rotunda/protocol';
import { isDenied, type DeviceError } from '../devices/device-errors.ts';
import { LocalTracks, type OpenOutcome } from '../devices/local-tracks.ts';
import type { DevicePlatform, LocalTrack } from '../devices/platform.ts';
import { DeviceSwitch, type DeviceChoice, type DeviceSource } from './device-switch.ts';
import type { LocalSettings } from './local-settings.ts';
import { LostDevices } from './lost-devices.ts';

export interface CapturesTools {
  readonly clock: Clock;
  readonly devices: DevicePlatform;
  readonly opener: Pick<DevicePlatform, 'open'>;
  readonly settings: LocalSettings;
  /** The device delivers. */
  onOpened(source: Source, track: LocalTrack): void;
  /** Another device delivers in the place of the one before. */
  onSwitched(source: DeviceSource, track: LocalTrack): void;
  /** The platform took the device away: nothing is captured any more. */
  onLost(source: Source): void;
  /**
   * After {@link onLost}, unless it was started or stopped since: of a device why; of a screen it was the browser's own stop button, and there
   * is no error.
   */
  onExplained(source: Source, error: DeviceError | null): void;
}

/** A source that is being opened, or goes over to another device. */
interface Opening {
  readonly outcome: Promise<OpenOutcome>;
  readonly choice: DeviceChoice;
}

/** Which devices are open or being opened, and what becomes of them when they are exchanged or lost. */
export class Captures {
  readonly #tools: CapturesTools;
  readonly #tracks: LocalTracks;
  readonly #switch: DeviceSwitch;
  readonly #lostDevices: LostDevices;
  readonly #opening = new Map<Source, Opening>();
  /** What could not be opened last, or was taken away, because the page may not use it. */
  readonly denied = new Set<DeviceSource>();

  constructor(tools: CapturesTools) {
    this.#tools = tools;
    this.#tracks = new LocalTracks(tools.opener, (source) => this.#lost(source));
    this.#lostDevices = new LostDevices(tools);
    this.#switch = new DeviceSwitch({
      ...tools,
      lost: this.#lostDevices,
      tracks: this.#tracks,
      onSwitched: (source, track) => {
        this.denied.delete(source);
        if (this.track(source) === track) tools.onSwitched(source, track);
      },
      onLost: (source, error) => {
        this.#note(source, error);
        tools.onLost(source);
        tools.onExplained(source, error);
      },
    });
  }

  track(source: Source): LocalTrack | null {
    return this.#tracks.get(source);
  }

  isStarted(source: Source): boolean {
    return this.track(source) !== null || this.#opening.has(source);
  }

  /** Resolves when the source is open or cannot be opened; null when it is not being opened. */
  opening(source: Source): Promise<OpenOutcome> | null {
    return this.#opening.get(source)?.outcome ?? null;
  }

  /** Unless it is open or being opened. Never rejects. */
  open(source: Source): Promise<OpenOutcome> {
    const track = this.track(source);
    if (track) return Promise.resolve({ kind: 'opened', track });
    const pending = this.opening(source);
    if (pending) return pending;
    this.#forgetLoss(source);
    const inUse = source === 'sub' ? undefined : this.#tools.settings.devices[source];
    return this.#occupy(source, { outcome: this.#open(source), choice: { inUse } });
  }

  /** To the device of the settings, after what is under way. `before`: what the settings named when this one was opened. */
  goOver(source: DeviceSource, before: string | undefined): Promise<OpenOutcome> {
    const pending = this.#opening.get(source);
    const choice = pending?.choice ?? { inUse: before };
    const outcome = Promise.resolve(pending?.outcome).then((last): Promise<OpenOutcome> | OpenOutcome => {
      // It was told that nothing is captured.
      if (last?.kind === 'failed' && !this.track(source)) return { kind: 'superseded' };
      return this.#switch.run(source, choice, () => this.#opening.get(source) === opening);
    });
    const opening: Opening = { outcome, choice };
    return this.#occupy(source, opening);
  }

  /** What is still being opened is stopped when it arrives. */
  close(source: Source): void {
    this.#opening.delete(source);
    this.#tracks.close(source);
    this.#forgetLoss(source);
  }

  /** Resolves when nothing is being opened any more, so that nothing can arrive; null when that holds already. */
  settled(): Promise<void> | null {
    return this.#tracks.settled();
  }

  async #open(source: Source): Promise<OpenOutcome> {
    const outcome = await this.#tracks.open(source, this.#tools.settings.constraints(source));
    if (outcome.kind === 'failed') this.#note(source, outcome.error);
    if (outcome.kind !== 'opened') return outcome;
    if (source !== 'sub') this.denied.delete(source);
    // Released between the arrival of the track and here.
    if (this.track(source) !== outcome.track) return { kind: 'superseded' };
    this.#tools.onOpened(source, outcome.track);
    return outcome;
  }

  /** The source counts as being opened until that is done. */
  #occupy(source: Source, opening: Opening): Promise<OpenOutcome> {
    this.#opening.set(source, opening);
    return opening.outcome.finally(() => {
      if (this.#opening.get(source) === opening) this.#opening.delete(source);
    });
  }

  /** The platform ended the track by itself. */
  #lost(source: Source): void {
    if (source === 'audio') {
      this.#microphoneLost();
      return;
    }
    // What was to take its place has nothing to take over.
    this.#opening.delete(source);
    this.#tools.onLost(source);
    if (source === 'sub') this.#tools.onExplained(source, null);
    else void this.#explain(source);
  }

  /** Another microphone takes over, so that the others need not hear of it: the one just being chosen, or the default one. */
  #microphoneLost(): void {
    const pending = this.#opening.get('audio');
    if (pending) {
      pending.choice.inUse = undefined;
      return;
    }
    const outcome = this.#switch.replaceLost('audio', () => this.#opening.get('audio') === opening);
    const opening: Opening = { outcome, choice: { inUse: undefined } };
    void this.#occupy('audio', opening);
  }

  async #explain(source: DeviceSource): Promise<void> {
    const error = await this.#lostDevices.explain(source);
    if (!error) return;
    this.#note(source, error);
    this.#tools.onExplained(source, error);
  }

  #note(source: Source, { platformName }: DeviceError): void {
    if (source === 'sub') return;
    if (isDenied(platformName)) this.denied.add(source);
    else this.denied.delete(source);
  }

  /** Started anew or stopped: what comes of that is told by itself. */
  #forgetLoss(source: Source): void {
    if (source !== 'sub') this.#lostDevices.forget(source);
  }
}
