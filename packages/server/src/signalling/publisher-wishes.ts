import type { EventData, EventName, Source } from '@rotunda/protocol';

type LayersWanted = EventData<'layersWanted'>;

/** What a publisher was asked to do with its streams. Told when it is asked, and again when its client is back. */
export class PublisherWishes {
  readonly #tell: <N extends EventName>(name: N, data: EventData<N>) => void;
  /** What somebody cannot decode unless it is sent as VP8. */
  readonly #vp8 = new Set<Source>();
  readonly #layers = new Map<Source, LayersWanted>();

  /** `tell` reaches nobody while the client is away. */
  constructor(tell: <N extends EventName>(name: N, data: EventData<N>) => void) {
    this.#tell = tell;
  }

  /** Publish `source` as VP8. Once per stay. */
  askForVp8(source: Source): void {
    if (this.#vp8.has(source)) return;
    this.#vp8.add(source);
    this.#tell('republish', { source, codec: 'vp8' });
  }

  askForLayers(wanted: LayersWanted): void {
    this.#layers.set(wanted.source, wanted);
    this.#tell('layersWanted', wanted);
  }

  tellAgain(): void {
    for (const source of this.#vp8) this.#tell('republish', { source, codec: 'vp8' });
    for (const wanted of this.#layers.values()) this.#tell('layersWanted', wanted);
  }
}
