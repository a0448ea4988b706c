import type { LocalTrack } from '../devices/platform.ts';
import type { Bus, GraphPcm } from './graph.ts';
import { Resampler, type PcmFrame } from './pcm.ts';
import { WebInput } from './web-input.ts';

/** Seconds between a frame that finds nothing waiting and its sound: what callers may be late without a gap. */
const CUSHION_S = 0.05;

/** Sound that is given frame by frame, in a graph. */
export class WebPcm extends WebInput implements GraphPcm {
  readonly track: LocalTrack;
  readonly #context: AudioContext;
  readonly #mix: GainNode;
  readonly #resampler: Resampler;
  /** When all that waits has been played, in samples of the graph's time: counted, so that no rounding parts two frames. */
  #end = 0;

  constructor(context: AudioContext, buses: Record<Bus, GainNode>) {
    const mix = context.createGain();
    super(mix, buses);
    const destination = context.createMediaStreamDestination();
    const [track] = destination.stream.getAudioTracks();
    if (!track) throw new DOMException('the platform mixes no track', 'NotSupportedError');
    mix.connect(destination);
    this.track = track;
    this.#context = context;
    this.#mix = mix;
    this.#resampler = new Resampler(context.sampleRate);
  }

  get bufferedMs(): number {
    return (Math.max(0, this.#end - this.#now) / this.#context.sampleRate) * 1000;
  }

  push(frame: PcmFrame): void {
    const { sampleRate } = this.#context;
    const sides = this.#resampler.next(frame);
    const { length } = sides[0];
    if (length === 0) return;
    if (this.#end <= this.#now) this.#end = this.#now + Math.round(CUSHION_S * sampleRate);
    const buffer = new AudioBuffer({ numberOfChannels: sides.length, length, sampleRate });
    sides.forEach((samples, side) => buffer.copyToChannel(samples, side));
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#mix);
    source.start(this.#end / sampleRate);
    this.#end += length;
  }

  override close(): void {
    super.close();
    this.track.stop();
  }

  get #now(): number {
    return Math.round(this.#context.currentTime * this.#context.sampleRate);
  }
}
