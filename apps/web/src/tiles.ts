import type { Part } from './dom.ts';
import { el } from './dom.ts';
import { Tile } from './tile.ts';
import { tileSize } from './tile-layout.ts';

const GAP = 10;
/** From this many CSS pixels of stage on, cameras are shown wide. */
const WIDE_STAGE = 560;
const WIDE_RATIO = 16 / 9;
const NARROW_RATIO = 4 / 3;
const LONE_RATIO = 1;
const MIN_TILE = 132;

/** All pictures of the room: cameras in a grid, shared screens large beside them. */
export class Tiles implements Part {
  readonly element: HTMLElement;
  readonly #cameras = new Map<string, Tile>();
  readonly #screens = new Map<string, Tile>();
  readonly #self: string;
  readonly #grid = el('ul', {
    class: 'tiles__grid',
    'aria-label': 'People in the room',
    'data-testid': 'tiles',
  });
  readonly #large = el('ul', { class: 'tiles__large', 'aria-label': 'Shared screens' });
  readonly #observer = new ResizeObserver(() => this.#layout());

  constructor(self: string) {
    this.#self = self;
    this.#large.hidden = true;
    this.element = el('div', { class: 'tiles' }, this.#large, this.#grid);
    this.#observer.observe(this.element);
    this.#observer.observe(this.#grid);
  }

  /** Users with a tile, oneself first. */
  get userIds(): string[] {
    return [...this.#cameras.keys()];
  }

  camera(userId: string): Tile {
    return this.#tile(this.#cameras, userId, { kind: 'camera', testId: `tile-${userId}` });
  }

  screen(userId: string): Tile {
    return this.#tile(this.#screens, userId, { kind: 'screen', testId: `screen-${userId}` });
  }

  /** The tile if there is one already. */
  find(userId: string, kind: 'camera' | 'screen'): Tile | undefined {
    return (kind === 'camera' ? this.#cameras : this.#screens).get(userId);
  }

  removeScreen(userId: string): void {
    this.#screens.get(userId)?.element.remove();
    this.#screens.delete(userId);
    this.#arrange();
  }

  removeUser(userId: string): void {
    this.#cameras.get(userId)?.element.remove();
    this.#cameras.delete(userId);
    this.removeScreen(userId);
  }

  /** In the audience one's own empty tile makes room for those on stage, once there are any. */
  setWatching(watching: boolean): void {
    this.element.classList.toggle('tiles--watching', watching);
    this.#layout();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.element.remove();
  }

  #tile(map: Map<string, Tile>, userId: string, what: { kind: 'camera' | 'screen'; testId: string }): Tile {
    const present = map.get(userId);
    if (present) return present;
    const tile = new Tile({ name: userId, self: userId === this.#self, ...what });
    map.set(userId, tile);
    // One's own screen stays small: large, it would show itself showing itself.
    const large = what.kind === 'screen' && userId !== this.#self;
    (large ? this.#large : this.#grid).append(tile.element);
    this.#arrange();
    return tile;
  }

  #arrange(): void {
    const large = this.#large.children.length > 0;
    this.#large.hidden = !large;
    this.element.classList.toggle('tiles--with-screen', large);
    this.#layout();
  }

  #layout(): void {
    const area = { width: this.#grid.clientWidth, height: this.#grid.clientHeight };
    const all = this.#grid.children.length;
    const count = all > 1 && this.element.classList.contains('tiles--watching') ? all - 1 : all;
    const ratio =
      this.element.clientWidth >= WIDE_STAGE ? WIDE_RATIO : count === 1 ? LONE_RATIO : NARROW_RATIO;
    const size = tileSize({ count, area, gap: GAP, ratio, minWidth: MIN_TILE });
    this.#grid.style.setProperty('--tile-width', `${size.width}px`);
    this.#grid.style.setProperty('--tile-height', `${size.height}px`);
  }
}
