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
  #listening = false;
  #support: Support = 'assumed';

  /** `onLateListener`: what is being received was not looked into so far. */
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

  /** Messages of others are told from now on. */
  listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    if (this.#stay()) this.#onLateListener();
    // Who listens is likely to send. Not in a room: there it would begin anew what is being sent.
    else Object.assign(this.#local.settings.carriesSei, { video: true, sub: true });
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
