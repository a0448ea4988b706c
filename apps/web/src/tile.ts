import { el, icon } from './dom.ts';
import { hueOf, initials } from './names.ts';

/** `none`: nothing is published. `opening`: on its way, not seen yet. `showing`: the first picture has been drawn. */
export type Picture = 'none' | 'opening' | 'showing';
export type Sound = 'on' | 'off';

interface TileOptions {
  readonly name: string;
  readonly kind: 'camera' | 'screen';
  readonly self: boolean;
  readonly testId: string;
}

/** One picture with its label; until the first frame, and without a camera, the initials of its user stand there. */
export class Tile {
  readonly element: HTMLLIElement;
  /** What the SDK renders into. */
  readonly view = el('div', { class: 'tile__view' });
  readonly #options: TileOptions;
  readonly #mark = el('span', { class: 'tile__mark' });
  readonly #spoken = el('span', { class: 'visually-hidden' });
  readonly #note = el('span', { class: 'tile__note' });
  #picture: Picture = 'none';
  #sound: Sound = 'off';

  constructor(options: TileOptions) {
    this.#options = options;
    const { name, kind, self, testId } = options;
    const face = kind === 'screen' ? icon('screen') : initials(name);
    const avatar = el('span', { class: `tile__avatar hue-${hueOf(name)}` }, face);
    const title = kind === 'screen' ? `${self ? 'Your' : `${name}’s`} screen` : self ? `${name} (you)` : name;
    this.element = el(
      'li',
      { class: `tile tile--${kind}${self ? ' tile--self' : ''}`, 'data-testid': testId, 'data-user': name },
      this.view,
      el('div', { class: 'tile__placeholder', 'aria-hidden': 'true' }, avatar, this.#note),
      el(
        'div',
        { class: 'tile__label' },
        this.#mark,
        el('span', { class: 'tile__name' }, title),
        this.#spoken,
      ),
    );
    this.#show();
  }

  get picture(): Picture {
    return this.#picture;
  }

  setPicture(picture: Picture): void {
    this.#picture = picture;
    this.#show();
  }

  setSound(sound: Sound): void {
    this.#sound = sound;
    this.#show();
  }

  #show(): void {
    const { kind } = this.#options;
    this.element.dataset['picture'] = this.#picture;
    this.element.dataset['sound'] = this.#sound;
    const marks: SVGSVGElement[] = [];
    if (kind === 'screen') marks.push(icon('screen'));
    else {
      if (this.#sound === 'off') marks.push(icon('microphoneOff'));
      if (this.#picture === 'none') marks.push(icon('cameraOff'));
    }
    this.#mark.replaceChildren(...marks);
    this.#note.textContent = this.#picture === 'opening' ? 'One moment…' : '';
    if (kind === 'camera') {
      const camera = this.#picture === 'none' ? 'off' : 'on';
      this.#spoken.textContent = `, microphone ${this.#sound}, camera ${camera}`;
    }
  }
}
