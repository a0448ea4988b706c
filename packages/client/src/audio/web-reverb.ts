import type { Reverb } from './graph.ts';

/** The answer of a place to what a node sounds like: noise that dies away, which is what many reflections sound like. */
export class WebReverb {
  readonly output: GainNode;
  readonly #source: AudioNode;
  readonly #place: ConvolverNode;

  constructor(source: AudioNode, { seconds, wet }: Reverb) {
    const { context } = source;
    this.#source = source;
    this.#place = new ConvolverNode(context, { buffer: answer(context, seconds) });
    this.output = new GainNode(context, { gain: wet });
    source.connect(this.#place).connect(this.output);
  }

  close(): void {
    this.#source.disconnect(this.#place);
    this.#place.disconnect();
    this.output.disconnect();
  }
}

function answer({ sampleRate }: BaseAudioContext, seconds: number): AudioBuffer {
  const length = Math.ceil(seconds * sampleRate);
  const buffer = new AudioBuffer({ numberOfChannels: 2, length, sampleRate });
  for (const channel of [0, 1]) {
    const samples = buffer.getChannelData(channel);
    for (let at = 0; at < length; at++) samples[at] = (Math.random() * 2 - 1) * 10 ** ((-3 * at) / length);
  }
  return buffer;
}
