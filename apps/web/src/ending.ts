import type { JoinChoice } from './choice.ts';
import { button, el, icon, type IconName, type Part } from './dom.ts';
import { endingWords, type EndingCause } from './ending-words.ts';
import { whenWords } from './entry-block.ts';
import { roomText } from './room-name.ts';
import type { StayEnding } from './stay-state.ts';
import type { Timeline } from './timeline.ts';

interface EndingOptions {
  readonly stayEnding: StayEnding;
  readonly choice: JoinChoice;
  readonly timeline: Timeline;
  readonly onRejoin: () => void;
  readonly onChange: () => void;
}

const ICONS: Record<EndingCause, IconName> = {
  left: 'door',
  removed: 'leave',
  keptOut: 'leave',
  dismissed: 'people',
  replaced: 'open',
  permissionLost: 'alert',
  serverLost: 'alert',
  unknown: 'alert',
};

/** A longer timer would fire at once (HTML standard, timers are signed 32-bit integers). */
const MAX_TIMER_MS = 2_147_483_647;

/** The screen after a stay: why it ended, and the way back. */
export class Ending implements Part {
  readonly element: HTMLElement;
  readonly #rejoin: HTMLButtonElement;
  readonly #wait = el('p', { class: 'ending__wait', role: 'status', 'data-testid': 'ending-wait' });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ stayEnding, choice, timeline, onRejoin, onChange }: EndingOptions) {
    this.#rejoin = button({
      label: `Join room ${roomText(choice.room)} again`,
      testId: 'rejoin-button',
      className: 'button button--primary',
      onClick: onRejoin,
    });
    const change = button({
      label: 'Other name or room',
      testId: 'change-button',
      className: 'button',
      onClick: onChange,
    });
    this.#wait.hidden = true;
    const card = endingCard(
      stayEnding,
      this.#wait,
      el('div', { class: 'ending__actions' }, this.#rejoin, change),
    );
    const side = el('aside', { class: 'side' }, timeline.element);
    this.element = el('main', { class: 'after' }, el('div', { class: 'after__card' }, card), side);
    if (stayEnding.entryBlock) this.#keepOut(stayEnding.entryBlock.until);
  }

  /** Puts the keyboard and screen readers on the reason. */
  focus(): void {
    this.element.querySelector<HTMLElement>('#ending-title')?.focus();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.element.remove();
  }

  /** What would be refused is not offered. */
  #keepOut(until: number): void {
    const now = Date.now();
    const over = now >= until;
    this.#rejoin.hidden = !over;
    this.#wait.hidden = false;
    this.#wait.textContent = over
      ? 'You may join this room again now.'
      : `You may join this room again ${whenWords(until, now)}. To come back earlier, ask whoever runs the room.`;
    if (!over) this.#timer = setTimeout(() => this.#keepOut(until), Math.min(until - now, MAX_TIMER_MS));
  }
}

function endingCard({ cause, problem, message }: StayEnding, ...actions: HTMLElement[]): HTMLElement {
  const words = endingWords(cause);
  return el(
    'section',
    {
      class: 'card ending',
      'data-testid': 'ending',
      'data-cause': cause,
      'aria-labelledby': 'ending-title',
    },
    el('span', { class: `ending__icon ending__icon--${cause}` }, icon(ICONS[cause])),
    el('h1', { id: 'ending-title', 'data-testid': 'ending-reason', tabindex: -1 }, words.title),
    el('p', {}, words.explanation),
    message && el('p', {}, 'The backend said:'),
    message && el('blockquote', { class: 'quote', 'data-testid': 'ending-message' }, message),
    problem &&
      el('p', { 'data-testid': 'ending-problem' }, `${problem.title}. ${problem.advice} (${problem.code})`),
    el(
      'ul',
      { class: 'ending__facts' },
      el('li', { 'data-testid': 'devices-off' }, icon('check'), 'Camera and microphone are off.'),
      el('li', {}, icon('check'), el('span', {}, 'The SDK reported ', el('code', {}, words.callback), '.')),
    ),
    ...actions,
  );
}
