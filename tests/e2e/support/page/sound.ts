/** What a test's microphone picks up instead of the browser's beeps. */
export type Sound =
  | { readonly kind: 'tones'; readonly left: number; readonly right: number; readonly volume: number }
  | { readonly kind: 'noise'; readonly volume: number }
  /** Noise for a tenth of every half second. */
  | { readonly kind: 'claps'; readonly volume: number }
  /** No sound, but a level that rises by that much each second, from -0.9 to 0.9: it tells the time of each sample. */
  | { readonly kind: 'ramp'; readonly perSecond: number };

/** Music that is one tone. */
export interface Tone {
  /** Hz. */
  readonly frequency: number;
  readonly seconds: number;
  /** 0 to 1. */
  readonly volume: number;
}

/** A tone that is brought as frames. */
export interface FramedTone {
  /** Hz. */
  readonly frequency: number;
  /** 0 to 1. */
  readonly volume: number;
  /** Hz. */
  readonly sampleRate: number;
}

/** What was heard in a stretch of sound. */
export interface Heard {
  /** Root mean square of each channel, 0 to 1. */
  readonly left: number;
  readonly right: number;
  /** Root mean square of both channels together while they were quietest, for 50 ms. */
  readonly quietest: number;
  /** The loudest frequency of both channels together, in Hz. */
  readonly frequency: number;
  /** The part of all energy that lies above 9 kHz, 0 to 1. */
  readonly treble: number;
  /** The amplitude of each tone that was listened for, 0 to 1, in that order. */
  readonly tones: readonly number[];
}

/** How even a stretch of sound was. */
export interface Evenness {
  /** Root mean square of the quietest and of the loudest 20 ms, 0 to 1. */
  readonly quietest: number;
  readonly loudest: number;
  /** How often a second it went up through zero: the frequency of a tone, in Hz. */
  readonly frequency: number;
}

/** The harness's own, which nobody counts. */
const OwnContext = globalThis.AudioContext;

/** Keeps every audio graph that the SDK opens. Must be made before the SDK runs. */
export class MixWatch {
  readonly #contexts = new Set<AudioContext>();
  readonly #outputs = new Set<MediaStreamTrack>();
  readonly #music = new Set<HTMLMediaElement>();
  /** What each graph lets be heard here. */
  readonly #heard = new Map<AudioContext, AudioNode>();

  constructor() {
    this.#watchDestinations();
    const contexts = this.#contexts;
    const outputs = this.#outputs;
    const music = this.#music;
    globalThis.AudioContext = class extends OwnContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        contexts.add(this);
      }

      override createMediaStreamDestination(): MediaStreamAudioDestinationNode {
        const node = super.createMediaStreamDestination();
        for (const track of node.stream.getTracks()) outputs.add(track);
        return node;
      }

      override createMediaElementSource(element: HTMLMediaElement): MediaElementAudioSourceNode {
        music.add(element);
        return super.createMediaElementSource(element);
      }
    };
  }

  /** Where each graph that is not closed is heard. */
  get speakers(): string[] {
    const open = [...this.#contexts].filter(({ state }) => state !== 'closed');
    return open.map((context) => (context as AudioContext & { sinkId: string }).sinkId);
  }

  /** Listens to what the newest graph that is not closed lets be heard here; null if there is none. */
  async listen(ms: number, tones: readonly number[]): Promise<Heard | null> {
    const [context, node] = [...this.#heard].findLast(([{ state }]) => state !== 'closed') ?? [];
    if (!context || !node) return null;
    const ear = new MediaStreamAudioDestinationNode(context);
    node.connect(ear);
    try {
      const [track] = ear.stream.getAudioTracks();
      return track ? await listen(track, ms, tones) : null;
    } finally {
      node.disconnect(ear);
      for (const track of ear.stream.getTracks()) track.stop();
    }
  }

  #watchDestinations(): void {
    const heard = this.#heard;
    const contexts = this.#contexts;
    const { prototype } = AudioNode;
    const connect: unknown = Reflect.get(prototype, 'connect');
    prototype.connect = function (this: AudioNode, ...args: unknown[]): never {
      const { context } = this;
      const ours = context instanceof AudioContext && contexts.has(context);
      if (ours && args[0] === context.destination) heard.set(context, this);
      return Reflect.apply(connect as (...given: unknown[]) => never, this, args);
    };
  }

  /** Not closed, or with an output that has not ended, or with music that is still loaded. */
  get open(): number {
    const contexts = [...this.#contexts].filter(({ state }) => state !== 'closed');
    const outputs = [...this.#outputs].filter(({ readyState }) => readyState === 'live');
    const music = [...this.#music].filter((element) => element.hasAttribute('src'));
    return Math.max(contexts.length, outputs.length, music.length);
  }
}

const FFT_SIZE = 32_768;
const TREBLE_HZ = 9_000;
const RAMP_END = 0.9;

/** A track of generated sound, at 48 kHz in stereo. */
export function soundTrack(sound: Sound): MediaStreamTrack {
  const context = new OwnContext({ sampleRate: 48_000 });
  const output = context.createMediaStreamDestination();
  output.channelCount = 2;
  if (sound.kind === 'ramp') {
    const level = new ConstantSourceNode(context, { offset: -RAMP_END });
    level.offset.setValueAtTime(-RAMP_END, 0);
    level.offset.linearRampToValueAtTime(RAMP_END, (2 * RAMP_END) / sound.perSecond);
    level.connect(output);
    level.start();
  } else if (sound.kind !== 'tones') {
    const buffer = context.createBuffer(1, 24_000, 48_000);
    const samples = buffer.getChannelData(0);
    const end = sound.kind === 'claps' ? samples.length / 5 : samples.length;
    for (let at = 0; at < end; at++) samples[at] = (Math.random() * 2 - 1) * sound.volume;
    const source = new AudioBufferSourceNode(context, { buffer, loop: true });
    source.connect(output);
    source.start();
  } else {
    const merger = context.createChannelMerger(2);
    for (const [channel, frequency] of [sound.left, sound.right].entries()) {
      const oscillator = new OscillatorNode(context, { frequency });
      oscillator
        .connect(new GainNode(context, { gain: frequency > 0 ? sound.volume : 0 }))
        .connect(merger, 0, channel);
      oscillator.start();
    }
    merger.connect(output);
  }
  const track = output.stream.getAudioTracks()[0];
  if (!track) throw new Error('no generated track');
  const stop = track.stop.bind(track);
  track.stop = () => {
    stop();
    if (context.state !== 'closed') void context.close();
  };
  return track;
}

/** The address of music that is one tone: a WAV file at 48 kHz in mono. */
export function musicUrl({ frequency, seconds, volume }: Tone): string {
  const rate = 48_000;
  const samples = Int16Array.from({ length: rate * seconds }, (_value, at) =>
    Math.round(Math.sin((2 * Math.PI * frequency * at) / rate) * volume * 32_767),
  );
  const header = new DataView(new ArrayBuffer(44));
  const words = [
    'RIFF',
    36 + samples.byteLength,
    'WAVE',
    'fmt ',
    16,
    0x0001_0001,
    rate,
    rate * 2,
    0x0010_0002,
    'data',
    samples.byteLength,
  ];
  for (const [index, word] of words.entries()) {
    if (typeof word === 'number') header.setUint32(index * 4, word, true);
    else for (let at = 0; at < 4; at++) header.setUint8(index * 4 + at, word.charCodeAt(at));
  }
  return URL.createObjectURL(new Blob([header, samples], { type: 'audio/wav' }));
}

/** Gives frames of 20 ms in mono as time goes by, for good; what a late timer missed comes at once. */
export function feedTone(
  { frequency, volume, sampleRate }: FramedTone,
  give: (frame: { audioFormat: 1; data: ArrayBuffer; sampleRate: number; channel: number }) => void,
): void {
  const length = sampleRate / 50;
  const from = performance.now();
  let given = 0;
  setInterval(() => {
    for (; given * 20 < performance.now() - from; given++) {
      const samples = Int16Array.from({ length }, (_value, at) => {
        const phase = (2 * Math.PI * frequency * (given * length + at)) / sampleRate;
        return Math.round(Math.sin(phase) * volume * 32_767);
      });
      give({ audioFormat: 1, data: samples.buffer, sampleRate, channel: 1 });
    }
  }, 10);
}

/** Listens to a track for `ms` milliseconds, and in particular for tones of these frequencies. */
export async function listen(
  track: MediaStreamTrack,
  ms: number,
  tones: readonly number[] = [],
): Promise<Heard> {
  const context = new OwnContext({ sampleRate: 48_000 });
  try {
    await context.resume();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    // Mono is heard on both sides.
    const both = new GainNode(context, { channelCount: 2, channelCountMode: 'explicit' });
    const splitter = context.createChannelSplitter(2);
    const options = { fftSize: FFT_SIZE, smoothingTimeConstant: 0, minDecibels: -200 };
    const channels = [0, 1].map(() => new AnalyserNode(context, options));
    const mixed = new AnalyserNode(context, options);
    source.connect(both).connect(splitter);
    both.connect(mixed);
    channels.forEach((analyser, channel) => splitter.connect(analyser, channel));
    await new Promise((resolve) => setTimeout(resolve, ms));
    const samples = Math.min(FFT_SIZE, Math.round((ms / 1000) * context.sampleRate));
    const [left = 0, right = 0] = channels.map((analyser) => loudness(analyser, samples));
    return {
      left,
      right,
      quietest: quietest(mixed, samples),
      ...spectrum(mixed),
      tones: tones.map((tone) => amplitude(mixed, tone, samples)),
    };
  } finally {
    await context.close();
  }
}

/** Every sample of `ms` milliseconds of a track, from the first one that comes. Chromium only. */
export async function evenness(track: MediaStreamTrack, ms: number): Promise<Evenness> {
  const { MediaStreamTrackProcessor } = globalThis as unknown as TrackProcessing;
  const own = track.clone();
  const reader = new MediaStreamTrackProcessor({ track: own }).readable.getReader();
  const samples: number[] = [];
  let rate = 0;
  try {
    while (rate === 0 || samples.length < (rate * ms) / 1000) {
      const { value } = await reader.read();
      if (!value) throw new Error('the track has ended');
      rate = value.sampleRate;
      const part = new Float32Array(value.numberOfFrames);
      value.copyTo(part, { planeIndex: 0, format: 'f32-planar' });
      value.close();
      samples.push(...part);
    }
  } finally {
    own.stop();
  }
  return evennessOf(samples, rate);
}

export function evennessOf(samples: readonly number[], rate: number): Evenness {
  const all = Float32Array.from(samples);
  const block = rate / 50;
  const loudnesses = Array.from({ length: Math.floor(all.length / block) }, (_value, index) =>
    rootMeanSquare(all.subarray(index * block, (index + 1) * block)),
  );
  const rises = samples.filter((sample, at) => sample >= 0 && (samples[at - 1] ?? 0) < 0);
  return {
    quietest: Math.min(...loudnesses),
    loudest: Math.max(...loudnesses),
    frequency: (rises.length * rate) / samples.length,
  };
}

/** Not in the types of pages. */
interface TrackProcessing {
  readonly MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack }) => {
    readonly readable: ReadableStream<AudioData>;
  };
}

function loudness(analyser: AnalyserNode, samples: number): number {
  const data = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(data);
  return rootMeanSquare(data.subarray(data.length - samples));
}

function rootMeanSquare(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

function quietest(analyser: AnalyserNode, samples: number): number {
  const data = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(data);
  const length = analyser.context.sampleRate / 20;
  let least = 1;
  for (let end = data.length; end - length >= data.length - samples; end -= length) {
    least = Math.min(least, rootMeanSquare(data.subarray(end - length, end)));
  }
  return least;
}

/** How much there is of one frequency: the sum over whole periods of it, turned back by its phase. */
function amplitude(analyser: AnalyserNode, frequency: number, samples: number): number {
  const data = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(data);
  const last = data.subarray(data.length - samples);
  let [real, imaginary] = [0, 0];
  for (const [at, sample] of last.entries()) {
    const phase = (2 * Math.PI * frequency * at) / analyser.context.sampleRate;
    real += sample * Math.cos(phase);
    imaginary += sample * Math.sin(phase);
  }
  return (2 * Math.hypot(real, imaginary)) / last.length;
}

function spectrum(analyser: AnalyserNode): { frequency: number; treble: number } {
  const decibels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(decibels);
  const hertzPerBin = analyser.context.sampleRate / analyser.fftSize;
  let loudest = 0;
  let all = 0;
  let treble = 0;
  for (const [bin, value] of decibels.entries()) {
    const energy = Number.isFinite(value) ? 10 ** (value / 10) : 0;
    all += energy;
    if (bin * hertzPerBin > TREBLE_HZ) treble += energy;
    if (value > (decibels[loudest] ?? 0)) loudest = bin;
  }
  return { frequency: loudest * hertzPerBin, treble: all > 0 ? treble / all : 0 };
}
