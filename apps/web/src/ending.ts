import type { JoinChoice } from './choice.ts';
import { button, el, icon, type IconName, type Part } from './dom.ts';
import { endingWords, type EndingCause } from './ending-words.ts';
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
  dismissed: 'people',
  replaced: 'open',
  permissionLost: 'alert',
  serverLost: 'alert',
  unknown: 'alert',
};

/** The screen after a stay: why it ended, and the way back. */
export class Ending implements Part {
  readonly element: HTMLElement;
  readonly #rejoin: HTMLButtonElement;

  constructor({ stayEnding, choice, timeline, onRejoin, onChange }: EndingOptions) {
    const { cause, problem, message } = stayEnding;
    const words = endingWords(cause);
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
    const card = el(
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
      message && el('p', {}, 'It gave a reason: ', el('q', { 'data-testid': 'ending-message' }, message)),
      problem &&
        el('p', { 'data-testid': 'ending-problem' }, `${problem.title}. ${problem.advice} (${problem.code})`),
      el(
        'ul',
        { class: 'ending__facts' },
        el('li', { 'data-testid': 'devices-off' }, icon('check'), 'Camera and microphone are off.'),
        el('li', {}, icon('check'), el('span', {}, 'The SDK reported ', el('code', {}, words.callback), '.')),
      ),
      el('div', { class: 'ending__actions' }, this.#rejoin, change),
    );
    const side = el('aside', { class: 'side' }, timeline.element);
    this.element = el('main', { class: 'after' }, el('div', { class: 'after__card' }, card), side);
  }

  /** Puts the keyboard and screen readers on the reason. */
  focus(): void {
    this.element.querySelector<HTMLElement>('#ending-title')?.focus();
  }

  dispose(): void {
    this.element.remove();
  }
}
