import type { LocalTrack } from '../devices/platform.ts';
import type { RemoteTrack } from '../media/engine.ts';
import type {
  AudioGraph,
  AudioGraphFactory,
  Bus,
  GraphInput,
  GraphMusic,
  GraphPcm,
  GraphVoice,
  MusicEvents,
  SampleTap,
  SampleTapEvents,
  Tap,
} from './graph.ts';
import { Meter, RAMP_S, WebInput } from './web-input.ts';
import { WebMusic } from './web-music.ts';
import { WebPcm } from './web-pcm.ts';
import { loadSampler, WebSampleTap, WebTap } from './web-tap.ts';
import { WebVoice } from './web-voice.ts';

const GESTURES = ['pointerdown', 'keydown', 'touchend'] as const;

/** A graph of the browser's Web Audio. */
export const openWebAudio: AudioGraphFactory = (onRunning) => new WebAudioGraph(onRunning);

/** Not in every browser. */
interface SpeakerChoice {
  setSinkId?(deviceId: string): Promise<void>;
}

class WebAudioGraph implements AudioGraph {
  readonly output: LocalTrack;
  readonly #context = new AudioContext({ latencyHint: 'interactive' });
  readonly #buses: Record<Bus, GainNode>;
  /** What leads to the speaker. */
  readonly #speaker: GainNode;
  readonly #meter: Meter;
  readonly #onRunning: () => void;
  readonly #music = new Set<WebMusic>();
  readonly #taps = new Set<Tap | SampleTap>();
  #sampler: Promise<void> | null = null;
  #closed: Promise<void> | null = null;

  constructor(onRunning: () => void) {
    this.#onRunning = onRunning;
    const context = this.#context;
    const bus = (): GainNode => context.createGain();
    this.#buses = { publish: bus(), playout: bus(), beside: bus(), own: bus(), others: bus() };
    this.#speaker = context.createGain();
    this.#buses.playout.connect(this.#speaker).connect(context.destination);
    const destination = context.createMediaStreamDestination();
    this.#buses.publish.connect(destination);
    this.#meter = new Meter(this.#buses.publish);
    const [track] = destination.stream.getAudioTracks();
    if (!track) throw new DOMException('the platform mixes no track', 'NotSupportedError');
    this.output = track;
    context.addEventListener('statechange', this.#onRunning);
    for (const gesture of GESTURES) document.addEventListener(gesture, this.#resume, { capture: true });
    this.#resume();
  }

  get running(): boolean {
    return this.#context.state === 'running';
  }

  setSpeaker(deviceId: string): void {
    const context = this.#context as AudioContext & SpeakerChoice;
    // Rejects for a speaker that was unplugged meanwhile.
    context.setSinkId?.(deviceId).catch(() => undefined);
  }

  setPlayoutGain(gain: number): void {
    this.#speaker.gain.setTargetAtTime(gain, this.#context.currentTime, RAMP_S);
  }

  outputLevel(ms: number): number {
    return this.#meter.level(ms);
  }

  addTrack(track: LocalTrack): GraphInput {
    return new WebInput(this.#source(track), this.#buses);
  }

  addVoice(track: RemoteTrack): GraphVoice {
    return new WebVoice(this.#source(track), this.#buses);
  }

  addMusic(url: string, events: MusicEvents): GraphMusic {
    const music = new WebMusic(this.#context, this.#buses, {
      url,
      events,
      onClosed: () => this.#music.delete(music),
    });
    this.#music.add(music);
    return music;
  }

  addPcm(): GraphPcm {
    return new WebPcm(this.#context, this.#buses);
  }

  openTap(buses: readonly Bus[]): Tap {
    const tap = new WebTap(
      this.#context,
      buses.map((bus) => this.#buses[bus]),
      () => this.#taps.delete(tap),
    );
    this.#taps.add(tap);
    return tap;
  }

  openSampleTap(buses: readonly Bus[], events: SampleTapEvents): SampleTap {
    return this.#tapSamples(
      buses.map((bus) => this.#buses[bus]),
      events,
    );
  }

  openTrackTap(track: LocalTrack | RemoteTrack, events: SampleTapEvents): SampleTap {
    return this.#tapSamples([this.#source(track)], events);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #source(track: LocalTrack | RemoteTrack): AudioNode {
    return this.#context.createMediaStreamSource(new MediaStream([track as MediaStreamTrack]));
  }

  #tapSamples(sources: readonly AudioNode[], events: SampleTapEvents): SampleTap {
    this.#sampler ??= loadSampler(this.#context);
    const tap = new WebSampleTap(this.#context, {
      sources,
      sampler: this.#sampler,
      events,
      onClosed: () => this.#taps.delete(tap),
    });
    this.#taps.add(tap);
    return tap;
  }

  async #close(): Promise<void> {
    this.output.stop();
    for (const music of this.#music) music.close();
    for (const tap of this.#taps) tap.close();
    this.#context.removeEventListener('statechange', this.#onRunning);
    for (const gesture of GESTURES) document.removeEventListener(gesture, this.#resume, { capture: true });
    await this.#context.close().catch(() => undefined);
  }

  readonly #resume = (): void => {
    // Stays pending, or rejects, where the browser waits for a gesture.
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => undefined);
    for (const music of this.#music) music.retry();
  };
}
