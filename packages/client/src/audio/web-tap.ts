import type { LocalTrack } from '../devices/platform.ts';
import type { SampleTap, SampleTapEvents, Tap } from './graph.ts';

/** Some nodes, mixed into a track. */
export class WebTap implements Tap {
  readonly output: LocalTrack;
  readonly #sources: readonly AudioNode[];
  readonly #destination: MediaStreamAudioDestinationNode;
  readonly #onClosed: () => void;

  constructor(context: AudioContext, sources: readonly AudioNode[], onClosed: () => void) {
    this.#sources = sources;
    this.#destination = context.createMediaStreamDestination();
    this.#onClosed = onClosed;
    const [output] = this.#destination.stream.getAudioTracks();
    if (!output) throw new DOMException('the platform mixes no track', 'NotSupportedError');
    this.output = output;
    for (const source of sources) source.connect(this.#destination);
  }

  close(): void {
    if (this.output.readyState === 'ended') return;
    this.output.stop();
    for (const source of this.#sources) source.disconnect(this.#destination);
    this.#onClosed();
  }
}

const SAMPLER = 'rotunda-sampler';

/** Runs beside the page, in blocks of about 20 ms. What it has not sent when it is told to end is lost. */
const SAMPLER_PROGRAM = `registerProcessor('${SAMPLER}', class extends AudioWorkletProcessor {
  block = new Int16Array(2048);
  at = 0;
  open = true;
  constructor() {
    super();
    this.port.onmessage = () => { this.open = false; };
  }
  process([[left, right = left]], [[{ length }]]) {
    for (let i = 0; i < length; i++) {
      this.block[this.at++] = toInt16(left?.[i] ?? 0);
      this.block[this.at++] = toInt16(right?.[i] ?? 0);
      if (this.at < this.block.length) continue;
      this.port.postMessage(this.block, [this.block.buffer]);
      this.block = new Int16Array(2048);
      this.at = 0;
    }
    return this.open;
  }
});
const toInt16 = (sample) => Math.round(Math.min(1, Math.max(-1, sample)) * 32767);`;

/** Once per context. Rejects where the page forbids it. */
export async function loadSampler(context: AudioContext): Promise<void> {
  const url = URL.createObjectURL(new Blob([SAMPLER_PROGRAM], { type: 'text/javascript' }));
  try {
    await context.audioWorklet.addModule(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

export interface SampleTapTools {
  readonly sources: readonly AudioNode[];
  readonly sampler: Promise<void>;
  readonly events: SampleTapEvents;
  onClosed(): void;
}

/** The samples of some nodes, in stereo. */
export class WebSampleTap implements SampleTap {
  readonly sampleRate: number;
  readonly #context: AudioContext;
  readonly #tools: SampleTapTools;
  #node: AudioWorkletNode | null = null;
  #state: 'open' | 'closed' = 'open';

  constructor(context: AudioContext, tools: SampleTapTools) {
    this.#context = context;
    this.sampleRate = context.sampleRate;
    this.#tools = tools;
    void this.#begin();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    const node = this.#node;
    if (node) {
      node.port.removeEventListener('message', this.#onMessage);
      node.port.postMessage('end', []);
      for (const source of this.#tools.sources) source.disconnect(node);
      node.disconnect();
    }
    this.#tools.onClosed();
  }

  readonly #onMessage = ({ data }: MessageEvent<Int16Array<ArrayBuffer>>): void =>
    this.#tools.events.onSamples(data);

  async #begin(): Promise<void> {
    const { sources, sampler, events } = this.#tools;
    try {
      await sampler;
      if (this.#state === 'open') this.#connect(sources);
    } catch {
      if (this.#state === 'closed') return;
      this.close();
      events.onFailed();
    }
  }

  #connect(sources: readonly AudioNode[]): void {
    const node = new AudioWorkletNode(this.#context, SAMPLER, {
      channelCount: 2,
      channelCountMode: 'explicit',
      outputChannelCount: [1],
    });
    this.#node = node;
    node.port.addEventListener('message', this.#onMessage);
    node.port.start();
    for (const source of sources) source.connect(node);
    // Silent, but what leads nowhere may not run.
    node.connect(this.#context.destination);
  }
}
