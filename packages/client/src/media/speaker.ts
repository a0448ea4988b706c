/** An element; in browsers that know one speaker only it has no `setSinkId` (W3C audio-output). */
interface Sink extends EventTarget {
  setSinkId?(deviceId: string): Promise<void>;
}

/** Something that is played. */
export interface Playing {
  readonly sink: Sink;
  /** 0 to 1, on top of its own volume. */
  setGain(gain: number): void;
}

/** Where elements are heard, and how loud at most. */
export class Speaker {
  readonly #playing = new Set<Playing>();
  #deviceId = '';
  #gain = 1;

  /** Plays here until it is deleted. */
  add(playing: Playing): void {
    this.#playing.add(playing);
    playing.setGain(this.#gain);
    // One that has been unplugged meanwhile: then it plays where the browser does.
    if (this.#deviceId) playing.sink.setSinkId?.(this.#deviceId).catch(() => undefined);
  }

  delete(playing: Playing): void {
    this.#playing.delete(playing);
  }

  setGain(gain: number): void {
    this.#gain = gain;
    for (const playing of this.#playing) playing.setGain(gain);
  }

  /** The empty id is the system's default speaker. Rejects with a DOMException, and all goes on where it was. */
  async setDevice(deviceId: string): Promise<void> {
    const trial: Sink = document.createElement('audio');
    if (!trial.setSinkId) {
      throw new DOMException('this browser plays on the default speaker only', 'NotSupportedError');
    }
    // So that a speaker that is not there is no speaker for anybody.
    await trial.setSinkId(deviceId);
    this.#deviceId = deviceId;
    await Promise.all([...this.#playing].map(async ({ sink }) => sink.setSinkId?.(deviceId)));
  }
}
