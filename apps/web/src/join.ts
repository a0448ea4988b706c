import type { JoinChoice, JoinDefaults, RoleChoice, SceneChoice } from './choice.ts';
import { el, icon, setAttribute, type Part } from './dom.ts';
import { problemText } from './problem-text.ts';
import { fieldOf, type Problem } from './problem-words.ts';
import { parseRoomName } from './room-name.ts';
import type { Ticket, TicketSource } from './tickets.ts';

/** What the card was filled in with; `ticket` when the server does not hand out tickets itself. */
export interface Filled {
  readonly choice: JoinChoice;
  readonly ticket: Ticket | undefined;
}

interface JoinOptions {
  readonly defaults: JoinDefaults;
  readonly ticketSource: TicketSource;
  /** What was typed before. */
  readonly ticket: Ticket | undefined;
  readonly onJoin: (filled: Filled) => void;
}

/** The card that asks for name and room. */
export class Join implements Part {
  readonly element: HTMLElement;
  readonly #options: JoinOptions;
  readonly #name: HTMLInputElement;
  readonly #room: HTMLInputElement;
  readonly #scenes: HTMLElement;
  readonly #roles: HTMLElement;
  readonly #microphone: HTMLInputElement;
  readonly #camera: HTMLInputElement;
  readonly #sdkAppId = input({ id: 'sdkappid', inputmode: 'numeric', autocomplete: 'off' });
  readonly #userSig = input({ id: 'usersig', autocomplete: 'off', spellcheck: 'false' });
  readonly #submit = el(
    'button',
    { class: 'button button--primary join__submit', 'data-testid': 'join-button' },
    'Join',
  );
  readonly #problem = el('div', {
    class: 'join__problem',
    id: 'join-problem',
    role: 'alert',
    'data-testid': 'join-error',
  });

  constructor(options: JoinOptions) {
    this.#options = options;
    const { name, room, scene, role, microphone, camera } = options.defaults;
    this.#name = input({ id: 'name', value: name, autocomplete: 'nickname', spellcheck: 'false' });
    this.#room = input({ id: 'room', value: room, autocomplete: 'off', spellcheck: 'false' });
    this.#scenes = choices('scene', 'Scene', scene, { call: 'Video call', live: 'Live' });
    this.#roles = choices('role', 'Join as', role, { anchor: 'On stage', audience: 'Audience' });
    this.#microphone = toggle('mic', microphone);
    this.#camera = toggle('camera', camera);
    const { ticket } = options;
    if (ticket) {
      this.#sdkAppId.value = String(ticket.sdkAppId);
      this.#userSig.value = ticket.userSig;
    }
    this.#problem.hidden = true;
    this.#scenes.addEventListener('change', () => this.#showRoles());
    this.element = this.#build();
    this.#showRoles();
  }

  /** As if the button had been pressed. */
  submit(): void {
    const room = parseRoomName(this.#room.value);
    const name = this.#name.value.trim();
    if (name === '')
      return this.showProblem({ title: 'A name is missing', advice: 'The others see it.', code: -3319 });
    if (!room)
      return this.showProblem({
        title: 'A room is missing',
        advice: 'Any number or word will do.',
        code: -3318,
      });
    this.setBusy('Joining…');
    this.#options.onJoin({
      choice: {
        name,
        room,
        scene: chosen(this.#scenes) === 'live' ? 'live' : ('call' satisfies SceneChoice),
        role: chosen(this.#roles) === 'audience' ? 'audience' : ('anchor' satisfies RoleChoice),
        microphone: this.#microphone.checked,
        camera: this.#camera.checked,
      },
      ticket: this.#typedTicket(),
    });
  }

  showProblem(problem: Problem): void {
    const { code } = problem;
    this.setBusy(undefined);
    this.#problem.hidden = false;
    this.#problem.replaceChildren(icon('alert'), problemText(problem));
    const field = code === undefined ? undefined : fieldOf(code);
    const fields = { name: this.#name, room: this.#room, ticket: this.#userSig };
    for (const [key, element] of Object.entries(fields)) {
      setAttribute(element, 'aria-invalid', key === field ? 'true' : undefined);
      setAttribute(element, 'aria-describedby', key === field ? 'join-problem' : undefined);
    }
    if (field && fields[field].isConnected) fields[field].focus();
  }

  /** @param label of the button while something is going on; `undefined` when nothing is */
  setBusy(label: string | undefined): void {
    this.#submit.disabled = label !== undefined;
    this.#submit.textContent = label ?? 'Join';
    if (label !== undefined) this.#problem.hidden = true;
  }

  dispose(): void {
    this.element.remove();
  }

  #build(): HTMLElement {
    const typed = this.#options.ticketSource === 'typed';
    const form = el(
      'form',
      { class: 'card join', novalidate: true, 'aria-label': 'Join a room' },
      el('div', { class: 'join__brand' }, icon('rotunda'), el('h1', {}, 'Rotunda')),
      el(
        'p',
        { class: 'join__lead' },
        'Meet in a room. Whoever opens the same room on this server is in it.',
      ),
      labelled('Your name', this.#name),
      labelled('Room', this.#room, 'Digits make a numeric room, anything else a text room.'),
      this.#scenes,
      this.#roles,
      ...(typed ? this.#ticketFields() : []),
      el(
        'div',
        { class: 'join__devices' },
        el('label', { class: 'switch' }, this.#microphone, icon('microphone'), el('span', {}, 'Microphone')),
        el('label', { class: 'switch' }, this.#camera, icon('camera'), el('span', {}, 'Camera')),
      ),
      deviceHint(),
      this.#problem,
      this.#submit,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    return el('main', { class: 'before' }, form);
  }

  #ticketFields(): HTMLElement[] {
    const hint = 'This server is not in development mode, so your own backend issues the ticket.';
    return [labelled('SDKAppID', this.#sdkAppId), labelled('UserSig', this.#userSig, hint)];
  }

  #typedTicket(): Ticket | undefined {
    if (this.#options.ticketSource !== 'typed') return undefined;
    return { sdkAppId: Number(this.#sdkAppId.value), userSig: this.#userSig.value.trim() };
  }

  #showRoles(): void {
    this.#roles.hidden = chosen(this.#scenes) !== 'live';
  }
}

function input(attributes: Record<string, string> & { id: string }): HTMLInputElement {
  const { id, ...rest } = attributes;
  return el('input', {
    type: 'text',
    id: `join-${id}`,
    class: 'input',
    'data-testid': `join-${id}`,
    ...rest,
  });
}

function labelled(label: string, field: HTMLInputElement, hint?: string): HTMLElement {
  const text = hint === undefined ? undefined : el('small', { class: 'field__hint' }, hint);
  return el('div', { class: 'field' }, el('label', { for: field.id }, label), field, text);
}

/** A few mutually exclusive choices side by side. */
function choices(name: string, legend: string, current: string, labels: Record<string, string>): HTMLElement {
  const options = Object.entries(labels).map(([value, label]) =>
    el(
      'label',
      { class: 'segment' },
      el('input', {
        type: 'radio',
        name,
        value,
        checked: value === current,
        'data-testid': `join-${name}-${value}`,
      }),
      el('span', {}, label),
    ),
  );
  return el(
    'fieldset',
    { class: 'segments' },
    el('legend', {}, legend),
    el('div', { class: 'segments__row' }, ...options),
  );
}

function chosen(group: HTMLElement): string | undefined {
  return group.querySelector<HTMLInputElement>('input:checked')?.value;
}

function toggle(name: string, checked: boolean): HTMLInputElement {
  return el('input', { type: 'checkbox', role: 'switch', checked, 'data-testid': `join-${name}` });
}

/** Browsers open devices on https pages and on this very machine only. */
function deviceHint(): HTMLElement | undefined {
  if (navigator.mediaDevices !== undefined) return undefined;
  const text =
    'This address is not secure, so the browser will not open camera and microphone. ' +
    'Use https, or http://127.0.0.1 on the machine of the server. You can watch and listen meanwhile.';
  return el('p', { class: 'field__hint', 'data-testid': 'insecure-hint' }, text);
}
