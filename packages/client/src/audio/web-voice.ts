import type { Bus, GraphVoice } from './graph.ts';
import type { Direction } from './space.ts';
import { WebInput } from './web-input.ts';

/** A node that may be heard as ears hear it that are turned that way (head-related transfer functions). */
export class WebVoice extends WebInput implements GraphVoice {
  readonly #source: AudioNode;
  readonly #outlet: GainNode;
  #panner: PannerNode | null = null;

  constructor(source: AudioNode, buses: Record<Bus, GainNode>) {
    const outlet = new GainNode(source.context);
    super(source, buses, outlet);
    source.connect(outlet);
    this.#source = source;
    this.#outlet = outlet;
  }

  setDirection(direction: Direction | null): void {
    if (!direction) return this.#removePanner();
    const [right, up, back] = direction;
    this.#panner ??= this.#addPanner();
    // Where it was goes over into where it is without a click.
    this.#panner.positionX.value = right;
    this.#panner.positionY.value = up;
    this.#panner.positionZ.value = back;
  }

  override close(): void {
    this.#removePanner();
    super.close();
  }

  #addPanner(): PannerNode {
    // How loud it is at which distance is decided elsewhere: here it is equally loud from everywhere.
    const options = { panningModel: 'HRTF', distanceModel: 'linear', rolloffFactor: 0 } as const;
    const panner = new PannerNode(this.#source.context, options);
    this.#source.disconnect(this.#outlet);
    this.#source.connect(panner).connect(this.#outlet);
    return panner;
  }

  #removePanner(): void {
    const panner = this.#panner;
    if (!panner) return;
    this.#panner = null;
    this.#source.disconnect(panner);
    panner.disconnect();
    this.#source.connect(this.#outlet);
  }
}
