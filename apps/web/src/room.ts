import type { TRTCCloud } from '@rotunda/client';
import { roomAddress, type JoinChoice } from './choice.ts';
import { Controls } from './controls.ts';
import { DevPanel } from './devpanel.ts';
import { button, el, icon, relabel, type Part } from './dom.ts';
import { problemText } from './problem-text.ts';
import type { Problem } from './problem-words.ts';
import { RemoteUsers } from './remote-users.ts';
import { roomText } from './room-name.ts';
import { Stay } from './stay.ts';
import type { StayEnding } from './stay-state.ts';
import type { Ticket, TicketSource } from './tickets.ts';
import { Tiles } from './tiles.ts';
import type { Timeline } from './timeline.ts';

export interface RoomOptions {
  readonly cloud: TRTCCloud;
  readonly choice: JoinChoice;
  readonly ticket: Ticket;
  readonly ticketSource: TicketSource;
  readonly timeline: Timeline;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly onRefused: (problem: Problem) => void;
  readonly onEnded: (ending: StayEnding) => void;
}

/** The screen of somebody who is in a room, from entering it until `onExitRoom`. */
export class Room implements Part {
  readonly element: HTMLElement;
  readonly #options: RoomOptions;
  readonly #tiles: Tiles;
  readonly #stay: Stay;
  readonly #remote: RemoteUsers;
  readonly #controls: Controls;
  readonly #devPanel: DevPanel | undefined;
  readonly #banner = el('p', { class: 'banner', role: 'status', 'data-testid': 'banner' });
  readonly #problems = el('div', { class: 'problems', role: 'alert', 'data-testid': 'problems' });
  readonly #news = el('div', { class: 'news', role: 'status', 'data-testid': 'news' });

  constructor(options: RoomOptions) {
    this.#options = options;
    const { cloud, choice, ticket, timeline, now } = options;
    this.#tiles = new Tiles(choice.name);
    this.#tiles.camera(choice.name);
    this.#stay = new Stay({
      cloud,
      choice,
      ticket,
      timeline,
      tiles: this.#tiles,
      observer: this.#observer(),
    });
    this.#remote = new RemoteUsers({
      cloud,
      timeline,
      tiles: this.#tiles,
      onChange: (news) => this.#tell(news),
    });
    this.#controls = new Controls({ stay: this.#stay, scene: choice.scene });
    if (options.ticketSource === 'development') {
      const onLeave = (): void => this.#stay.leave();
      this.#devPanel = new DevPanel({ choice, sdkAppId: ticket.sdkAppId, timeline, now, onLeave });
    }
    this.element = this.#build();
    this.#update();
  }

  enter(): void {
    this.#stay.enter();
  }

  dispose(): void {
    this.#stay.dispose();
    this.#remote.dispose();
    this.#tiles.dispose();
    this.element.remove();
  }

  #observer() {
    return {
      changed: () => this.#update(),
      problem: (problem: Problem) => this.#showProblem(problem),
      refused: (problem: Problem) => this.#options.onRefused(problem),
      ended: (ending: StayEnding) => this.#options.onEnded(ending),
    };
  }

  #build(): HTMLElement {
    const stage = el(
      'div',
      { class: 'stage' },
      this.#banner,
      el('div', { class: 'stage__area' }, this.#tiles.element, this.#problems, this.#news),
      this.#controls.element,
    );
    const side = el('aside', { class: 'side' }, this.#devPanel?.element, this.#options.timeline.element);
    return el(
      'div',
      { class: 'room', 'data-testid': 'room' },
      this.#header(),
      el('main', { class: 'room__main' }, stage, side),
    );
  }

  #header(): HTMLElement {
    const { choice } = this.#options;
    const scene = choice.scene === 'live' ? 'live' : 'video call';
    return el(
      'header',
      { class: 'bar' },
      el('span', { class: 'bar__brand' }, icon('rotunda'), el('span', {}, 'Rotunda')),
      el('h1', { class: 'bar__room', 'data-testid': 'room-name' }, `Room ${roomText(choice.room)}`),
      el('span', { class: 'chip' }, scene),
      this.#copyButton(),
    );
  }

  #copyButton(): HTMLElement {
    const link = roomAddress(location.href, this.#options.choice).href;
    const copy = button({
      label: 'Copy link',
      icon: 'link',
      testId: 'copy-link',
      className: 'button button--small',
      onClick: () => {
        const copied = (): void => {
          relabel(copy, 'Copied', 'check');
          this.#tell('The link to this room is on the clipboard');
        };
        const failed = (): void => this.#showProblem({ title: 'Copying is not allowed here', advice: link });
        // Without a secure context there is no clipboard: then the link is shown for copying by hand.
        if (!navigator.clipboard) failed();
        else void navigator.clipboard.writeText(link).then(copied, failed);
      },
    });
    copy.dataset['link'] = link;
    copy.addEventListener('blur', () => relabel(copy, 'Copy link', 'link'));
    return copy;
  }

  #update(): void {
    // The stay tells of changes while this constructor still runs.
    if (!this.element) return;
    const { media, phase } = this.#stay;
    const { choice } = this.#options;
    this.element.dataset['phase'] = phase.at;
    const own = this.#tiles.camera(choice.name);
    this.#tiles.setWatching(media.role === 'audience');
    own.setPicture(media.camera);
    own.setSound(media.microphone === 'on' ? 'on' : 'off');
    this.#tiles.find(choice.name, 'screen')?.setPicture(media.screen);
    this.#controls.update();
    this.#showBanner();
  }

  #showBanner(): void {
    const { phase } = this.#stay;
    const words = bannerWords(this.#stay);
    this.#banner.hidden = words === undefined;
    if (this.#banner.textContent !== (words ?? '')) this.#banner.textContent = words ?? '';
    this.#banner.dataset['state'] = phase.at === 'inside' ? phase.link : phase.at;
  }

  #showProblem(problem: Problem): void {
    const { code } = problem;
    const close = el(
      'button',
      { type: 'button', class: 'problem__close', 'aria-label': 'Dismiss this message' },
      icon('close'),
    );
    const box = el(
      'div',
      { class: 'problem', 'data-testid': 'problem', 'data-code': code },
      icon('alert'),
      problemText(problem),
      close,
    );
    close.addEventListener('click', () => box.remove());
    // One message per cause, and never a wall of them.
    for (const old of this.#problems.querySelectorAll(`[data-code="${code}"]`)) old.remove();
    this.#problems.append(box);
    while (this.#problems.children.length > 3) this.#problems.firstElementChild?.remove();
  }

  #tell(news: string): void {
    const { choice } = this.#options;
    this.#news.replaceChildren(el('p', { class: 'news__line' }, news));
    this.#devPanel?.setUsers(this.#tiles.userIds.filter((userId) => userId !== choice.name));
  }
}

function bannerWords({ phase, media }: Stay): string | undefined {
  if (phase.at === 'entering') return 'Entering the room…';
  if (phase.at === 'leaving') return 'Leaving: camera and microphone are being switched off…';
  if (phase.at === 'refused') return 'The server refused the entry…';
  if (phase.at === 'over') return undefined;
  if (phase.link === 'lost') return 'The connection is interrupted. Waiting for the network…';
  if (phase.link === 'retrying') return 'Reconnecting… You stay in the room meanwhile.';
  return media.role === 'audience' ? 'You are in the audience: you watch, nobody sees you.' : undefined;
}
