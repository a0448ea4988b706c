import { assertNever, type Clock } from '@rotunda/base';
import { DEFAULT_TIMERS } from '@rotunda/protocol';
import type { Page } from './page.ts';
import type { Stay } from './stay.ts';
import { within } from './timeouts.ts';

/** A stay lasts until its end was told; `releasing` is an exit from outside of any room. */
type State =
  | { readonly name: 'outside' }
  | { readonly name: 'inStay'; readonly stay: Stay }
  | { readonly name: 'releasing'; exits: number; readonly done: Promise<void> };

type Releasing = Extract<State, { name: 'releasing' }>;

const OUTSIDE: State = { name: 'outside' };

export interface PlaceTools {
  readonly clock: Clock;
  readonly page: Pick<Page, 'nextTask'>;
  /**
   * An exit closes devices, where that is wanted, and takes back what was said of the others, also when there is nothing to leave. Null:
   * nothing to wait for.
   */
  release(): Promise<unknown> | null;
  /** Nothing more is waited for, `onReleased` follows in the next task. */
  readonly onReleasing: () => void;
  /** An exit from outside of any room is done, however many times it was asked for meanwhile. */
  onReleased(exits: number): void;
}

/** Where a user is, and what leaving means there. */
export class Place {
  readonly #tools: PlaceTools;
  #state: State = OUTSIDE;

  constructor(tools: PlaceTools) {
    this.#tools = tools;
  }

  /** `outside`: neither in a room nor on the way in or out. */
  get name(): 'outside' | Stay['state'] {
    if (this.#state.name === 'inStay') return this.#state.stay.state;
    return this.#state.name === 'releasing' ? 'leaving' : 'outside';
  }

  get stay(): Stay | null {
    return this.#state.name === 'inStay' ? this.#state.stay : null;
  }

  begin(stay: Stay): void {
    this.#state = { name: 'inStay', stay };
  }

  /** The end of a stay is being told, or an exit from outside is done. */
  reset(): void {
    this.#state = OUTSIDE;
  }

  /** Never synchronous. Until it is done nothing can be entered or captured. */
  exit(): Promise<void> {
    const state = this.#state;
    switch (state.name) {
      case 'inStay':
        return state.stay.exit();
      case 'releasing':
        state.exits += 1;
        return state.done;
      case 'outside':
        return this.#release();
      default:
        return assertNever(state);
    }
  }

  #release(): Promise<void> {
    const released = this.#finish(this.#tools.release());
    const releasing: Releasing = {
      name: 'releasing',
      exits: 1,
      done: released.then(() => this.#tools.onReleased(releasing.exits)),
    };
    this.#state = releasing;
    return releasing.done;
  }

  async #finish(released: Promise<unknown> | null): Promise<void> {
    const { clock, page, onReleasing } = this.#tools;
    if (released) await within(clock, DEFAULT_TIMERS.exitBudget, released);
    onReleasing();
    await page.nextTask();
  }
}
