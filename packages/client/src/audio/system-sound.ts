import { TypedEmitter } from '@rotunda/base';
import type { DevicePlatform, LocalTrack } from '../devices/platform.ts';
import type { GraphInput } from './graph.ts';
import type { AudioMix } from './mix.ts';

/** Why system sound is not mixed in: the user did not allow it, the platform gave none, or the platform ended it. */
export type SystemSoundProblem = 'denied' | 'unavailable' | 'ended';

export interface SystemSoundEvents {
  /** It is mixed in from now on, or not, or no longer. */
  outcome: [problem: SystemSoundProblem | null];
}

type State =
  | { readonly name: 'off' }
  /** Until the end of what the application does right now, which may start a screen share too. */
  | { readonly name: 'asked' }
  | { readonly name: 'opening' }
  | {
      readonly name: 'open';
      readonly track: LocalTrack;
      readonly input: GraphInput;
      readonly unlisten: () => void;
    };

const OFF: State = { name: 'off' };
const FULL_VOLUME = 100;

/**
 * The sound of what the user's computer plays, or of a tab or window of it, mixed into what goes out. A platform gives it
 * together with a picture only: with that of a screen share that is started at the same time, otherwise with one that is
 * closed at once. What arrives when it is no longer wanted is stopped the moment it arrives.
 */
export class SystemSound {
  readonly events = new TypedEmitter<SystemSoundEvents>();
  /** The platform to open screens with, so that the user is asked once for picture and sound. */
  readonly devices: Pick<DevicePlatform, 'open'>;
  readonly #devices: DevicePlatform;
  readonly #mix: AudioMix;
  /** Pictures that are being opened for their sound alone. */
  readonly #arriving = new Set<Promise<unknown>>();
  #state: State = OFF;
  #gate: 'open' | 'leaving' | 'closed' = 'open';
  #volume = FULL_VOLUME;
  /** Screens that are about to be opened. */
  #screens = 0;

  constructor({ devices, mix }: { devices: DevicePlatform; mix: AudioMix }) {
    this.#devices = devices;
    this.#mix = mix;
    this.devices = {
      open: (source, constraints) =>
        source === 'sub' ? this.#openScreen(constraints) : devices.open(source, constraints),
    };
  }

  /** Told by `outcome`, never synchronously. */
  start(): void {
    const { name } = this.#state;
    if (name === 'asked' || name === 'opening') return;
    if (name === 'open' || this.#gate !== 'open' || !this.#mix.graph.open()) {
      queueMicrotask(() => this.events.emit('outcome', name === 'open' ? null : 'unavailable'));
      return;
    }
    const asked: State = { name: 'asked' };
    this.#state = asked;
    queueMicrotask(() => {
      if (this.#state === asked && this.#screens === 0) this.#openAlone();
    });
  }

  /** Nothing is told. */
  stop(): void {
    const state = this.#state;
    this.#state = OFF;
    if (state.name !== 'open') return;
    state.unlisten();
    this.#mix.setPart(this, null);
    state.input.close();
    state.track.stop();
  }

  /** How loud the others hear it: 0 to 150. */
  setVolume(volume: number): void {
    this.#volume = volume;
    if (this.#state.name === 'open') this.#applyVolume(this.#state.input);
  }

  /** Ends it; none is opened before {@link reopen}. @returns when nothing can arrive any more; null when that holds already. */
  release(): Promise<unknown> | null {
    if (this.#gate === 'open') this.#gate = 'leaving';
    this.stop();
    return this.#arriving.size > 0 ? Promise.allSettled(this.#arriving) : null;
  }

  /** The room has been left. */
  reopen(): void {
    if (this.#gate === 'leaving') this.#gate = 'open';
  }

  /** Final. */
  close(): void {
    void this.release();
    this.#gate = 'closed';
    this.events.removeAllListeners();
  }

  /** What is asked for in the same breath is asked for in the same question. */
  async #openScreen(constraints: MediaTrackConstraints): Promise<LocalTrack> {
    this.#screens++;
    await Promise.resolve();
    this.#screens--;
    if (this.#gate !== 'open') throw new DOMException('the room is being left', 'AbortError');
    if (this.#state.name === 'asked') return this.#capture(constraints);
    return this.#devices.open('sub', constraints);
  }

  #openAlone(): void {
    const arriving = this.#capture({}).then(
      (picture) => picture.stop(),
      () => undefined,
    );
    this.#arriving.add(arriving);
    void arriving.then(() => this.#arriving.delete(arriving));
  }

  async #capture(constraints: MediaTrackConstraints): Promise<LocalTrack> {
    const opening: State = { name: 'opening' };
    this.#state = opening;
    try {
      return await this.#devices.open('sub', constraints, (sound) => this.#arrived(opening, sound));
    } catch (error) {
      const denied = error instanceof Error && error.name === 'NotAllowedError';
      if (this.#state === opening) this.#end(denied ? 'denied' : 'unavailable');
      throw error;
    }
  }

  #arrived(opening: State, track: LocalTrack | null): void {
    const graph = this.#state === opening && this.#mix.graph.open();
    if (!graph || !track) {
      track?.stop();
      if (this.#state === opening) this.#end('unavailable');
      return;
    }
    const ended = (): void => this.#end('ended');
    track.addEventListener('ended', ended);
    const input = graph.addTrack(track);
    this.#applyVolume(input);
    this.#state = { name: 'open', track, input, unlisten: () => track.removeEventListener('ended', ended) };
    this.#mix.setPart(this, 'alone');
    this.events.emit('outcome', null);
  }

  #applyVolume(input: GraphInput): void {
    for (const bus of ['publish', 'own'] as const) input.setGain(bus, this.#volume / FULL_VOLUME);
  }

  #end(problem: SystemSoundProblem): void {
    this.stop();
    this.events.emit('outcome', problem);
  }
}
