import { participantAddress, type JoinChoice } from './choice.ts';
import {
  callCloudApi,
  dismissRoomCall,
  removeUserCall,
  type CloudAnswer,
  type CloudCall,
} from './cloud-api.ts';
import { button, el, icon, type Part } from './dom.ts';
import { friendlyName } from './names.ts';
import type { Timeline } from './timeline.ts';

interface DevPanelOptions {
  readonly choice: JoinChoice;
  readonly sdkAppId: number;
  readonly timeline: Timeline;
  readonly onLeave: () => void;
  readonly now: () => number;
}

/** In development mode: tries all three ways out of a room, the forced ones through the Cloud API. */
export class DevPanel implements Part {
  readonly element: HTMLElement;
  readonly #options: DevPanelOptions;
  readonly #users = el('ul', { class: 'people', 'data-testid': 'users' });
  readonly #call = el('div', { class: 'cloud', 'data-testid': 'cloud-call', 'aria-live': 'polite' });
  #shown: string | undefined;

  constructor(options: DevPanelOptions) {
    this.#options = options;
    this.#call.hidden = true;
    this.element = el(
      'section',
      { class: 'panel devpanel', 'aria-label': 'Development panel', 'data-testid': 'devpanel' },
      el(
        'div',
        { class: 'panel__head' },
        el('h2', {}, 'Three ways to leave'),
        el('span', { class: 'chip' }, 'dev mode'),
      ),
      el(
        'p',
        { class: 'panel__note' },
        'Each ends in onExitRoom with this number. Try all three: coming back takes one click.',
      ),
      this.#ways(),
      el('div', { class: 'panel__subhead' }, el('h3', {}, 'Others here'), this.#anotherParticipant()),
      this.#users,
      ...(options.choice.scene === 'live' ? [this.#removeByName()] : []),
      this.#call,
    );
    this.setUsers([]);
  }

  /** @param userIds everybody who is known to be in the room, without oneself */
  setUsers(userIds: readonly string[]): void {
    const shown = JSON.stringify(userIds);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const lines = userIds.map((userId) => this.#userLine(userId));
    if (lines.length === 0)
      lines.push(el('li', { class: 'people__none' }, 'Nobody yet: open another participant.'));
    this.#users.replaceChildren(...lines);
  }

  dispose(): void {
    this.element.remove();
  }

  #ways(): HTMLElement {
    const { choice, sdkAppId, onLeave } = this.#options;
    const removeMe = (): void => this.#run(removeUserCall(sdkAppId, choice.room, [choice.name]));
    const dismiss = (): void => this.#run(dismissRoomCall(sdkAppId, choice.room));
    return el(
      'ol',
      { class: 'ways' },
      way('0', 'exitRoom', 'You go yourself.', small('Leave', 'leave-self-button', onLeave)),
      way('1', 'RemoveUser', 'A backend removes you.', small('Remove me', 'remove-me-button', removeMe)),
      way('2', 'DismissRoom', 'The room ends for all.', small('Dismiss room', 'dismiss-button', dismiss)),
    );
  }

  #anotherParticipant(): HTMLElement {
    const { choice } = this.#options;
    const link = el(
      'a',
      {
        class: 'button button--small',
        target: '_blank',
        rel: 'noopener',
        'data-testid': 'another-participant',
      },
      icon('open'),
      el('span', {}, 'Another participant'),
    );
    const renew = (): void => {
      link.href = participantAddress(location.href, choice, friendlyName(Math.random)).href;
    };
    renew();
    // Every tab opened from here gets a name of its own: the same one would replace the one before.
    link.addEventListener('click', () => queueMicrotask(renew));
    return link;
  }

  #userLine(userId: string): HTMLLIElement {
    const { choice, sdkAppId } = this.#options;
    const remove = small('Remove', `remove-${userId}`, () =>
      this.#run(removeUserCall(sdkAppId, choice.room, [userId])),
    );
    remove.setAttribute('aria-label', `Remove ${userId}`);
    return el(
      'li',
      { class: 'people__line', 'data-testid': `user-${userId}` },
      el('span', {}, userId),
      remove,
    );
  }

  /** The audience of a live room is announced to nobody, so it can only be removed by name. */
  #removeByName(): HTMLElement {
    const { choice, sdkAppId } = this.#options;
    const name = el('input', {
      'aria-label': 'Name of somebody in the audience',
      placeholder: 'audience member',
      'data-testid': 'remove-name',
    });
    const form = el(
      'form',
      { class: 'people__line' },
      name,
      el('button', { class: 'button button--small', 'data-testid': 'remove-named-button' }, 'Remove'),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (name.value !== '') this.#run(removeUserCall(sdkAppId, choice.room, [name.value]));
    });
    return form;
  }

  #run(call: CloudCall): void {
    const { timeline } = this.#options;
    timeline.add('cloud', call.action, [call.body]);
    this.#show(call, undefined);
    void this.#finish(call);
  }

  async #finish(call: CloudCall): Promise<void> {
    const { timeline, now } = this.#options;
    const answer = await callCloudApi(call, { fetcher: fetch, now });
    const { result, tookMs } = answer;
    const text = result.kind === 'done' ? 'done' : result.code;
    timeline.add('cloud', `${call.action} answer`, [text, `${tookMs.toFixed(1)} ms`]);
    this.#show(call, answer);
  }

  #show(call: CloudCall, answer: CloudAnswer | undefined): void {
    this.#call.hidden = false;
    const request = el('code', { class: 'cloud__request' }, `${call.action} ${JSON.stringify(call.body)}`);
    this.#call.replaceChildren(request, el('p', { class: 'cloud__answer' }, ...answerWords(answer)));
    this.#call.dataset['state'] = answer?.result.kind ?? 'waiting';
  }
}

function answerWords(answer: CloudAnswer | undefined): (string | Node)[] {
  if (!answer) return ['Waiting for the answer…'];
  const took = el('b', { 'data-testid': 'cloud-took' }, `${answer.tookMs.toFixed(1)} ms`);
  const { result } = answer;
  if (result.kind === 'done') return ['Done in ', took, `. RequestId ${result.requestId}`];
  return [`${result.code}: ${result.message} (`, took, ')'];
}

function way(reason: string, name: string, meaning: string, action: HTMLElement): HTMLLIElement {
  const text = el('div', { class: 'way__text' }, el('b', {}, name), el('span', {}, meaning));
  const chip = el(
    'span',
    { class: `way__reason way__reason--${reason}`, title: `onExitRoom(${reason})` },
    reason,
  );
  return el('li', { class: 'way' }, chip, text, action);
}

function small(label: string, testId: string, onClick: () => void): HTMLButtonElement {
  return button({ label, testId, className: 'button button--small', onClick });
}
