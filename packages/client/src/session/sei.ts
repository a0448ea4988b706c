import type { OutgoingSei, Picture, StaySei } from '../messages/stay-sei.ts';
import type { LocalMedia } from './local-media.ts';

/** Whether this page can have messages with pictures. `doubted`: it failed and was told, but another codec may do; `missing`: it cannot. */
type Support = 'assumed' | 'doubted' | 'missing';

/**
 * Messages that ride on pictures, across stays. Who neither sends nor listens pays nothing: frames are led through the SDK's hands only when
 * it was known, as their stream began, that they may carry something.
 */
export class Sei {
  readonly #local: LocalMedia;
  readonly #stay: () => StaySei | null;
  readonly #onUnsupported: () => void;
  readonly #onLateListener: () => void;
  /** What has carried messages of the user. */
  readonly #sent = new Set<Picture>();
  #listening = false;
  #support: Support = 'assumed';

  /** `onLateListener`: what is being received may not be led to where it can be looked into. */
  constructor(tools: {
    local: LocalMedia;
    stay: () => StaySei | null;
    onUnsupported: () => void;
    onLateListener: () => void;
  }) {
    this.#local = tools.local;
    this.#stay = tools.stay;
    this.#onUnsupported = tools.onUnsupported;
    this.#onLateListener = tools.onLateListener;
  }

  get listening(): boolean {
    return this.#listening;
  }

  /** Whether somebody listens. Once nobody does any more, what is received is led through as before, but not looked into. */
  listen(listening: boolean): void {
    if (this.#listening === listening) return;
    this.#listening = listening;
    this.#stay()?.read(listening);
    if (listening && this.#support !== 'missing') this.#onLateListener();
  }

  /** A stay begins. Who listens is likely to send; made so later, what is being sent would begin anew. */
  begin(): void {
    const { carriesSei } = this.#local.settings;
    for (const source of ['video', 'sub'] as const)
      carriesSei[source] = this.#listening || this.#sent.has(source);
  }

  /** @returns false when nothing is sent: see {@link StaySei.send}. */
  send(message: OutgoingSei): boolean {
    const stay = this.#support === 'missing' ? null : this.#stay();
    const outcome = stay?.send(message) ?? 'refused';
    if (outcome === 'refused') return false;
    if (outcome === 'unsupported') this.#doubt();
    else this.#enable(outcome);
    return outcome !== 'unsupported';
  }

  /** A stay found out that this page cannot have them. */
  unavailable(): void {
    this.#doubt();
    this.#support = 'missing';
  }

  #enable(source: Picture): void {
    const { carriesSei } = this.#local.settings;
    this.#sent.add(source);
    if (carriesSei[source]) return;
    carriesSei[source] = true;
    this.#local.applySettings(source);
  }

  #doubt(): void {
    if (this.#support !== 'assumed') return;
    this.#support = 'doubted';
    this.#onUnsupported();
  }
}
