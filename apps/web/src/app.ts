import { TRTCCloud } from '@rotunda/client';
import { readDefaults, rememberChoice, roomAddress, type JoinChoice, type JoinDefaults } from './choice.ts';
import type { Part } from './dom.ts';
import { Ending } from './ending.ts';
import { Join, type Filled } from './join.ts';
import type { Problem } from './problem-words.ts';
import { Room } from './room.ts';
import { roomText } from './room-name.ts';
import type { StayEnding } from './stay-state.ts';
import { requestTicket, type Ticket, type TicketAnswer, type TicketSource } from './tickets.ts';
import { Timeline } from './timeline.ts';

interface AppOptions {
  readonly place: HTMLElement;
  readonly ticketSource: TicketSource;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** The page: one of its three screens at a time, and the way from one to the next. */
export class App {
  readonly #options: AppOptions;
  readonly #timeline: Timeline;
  #screen: Part | undefined;
  #defaults: JoinDefaults;
  /** What was typed, when the server hands out no tickets: joining again needs it again. */
  #typed: Ticket | undefined;

  constructor(options: AppOptions) {
    this.#options = options;
    this.#timeline = new Timeline(options.now);
    this.#defaults = readDefaults(new URLSearchParams(location.search), sessionStorage, Math.random);
  }

  start(): void {
    const join = this.#showJoin();
    if (this.#defaults.autojoin && this.#options.ticketSource === 'development') join.submit();
  }

  #showJoin(problem?: Problem): Join {
    document.title = 'Rotunda';
    const { ticketSource } = this.#options;
    const join = new Join({
      defaults: this.#defaults,
      ticketSource,
      ticket: this.#typed,
      onJoin: (filled) => void this.#join(filled),
    });
    this.#show(join);
    if (problem) join.showProblem(problem);
    return join;
  }

  async #join({ choice, ticket }: Filled): Promise<void> {
    const { room, ...rest } = choice;
    this.#defaults = { ...rest, room: roomText(room), autojoin: false };
    rememberChoice(sessionStorage, choice);
    this.#typed = ticket;
    const from = this.#screen;
    const answer: TicketAnswer = ticket
      ? { kind: 'ticket', ticket }
      : await requestTicket({ userId: choice.name, room }, fetch);
    if (this.#screen !== from) return;
    if (answer.kind === 'ticket') this.#showRoom(choice, answer.ticket);
    else this.#showJoin(answer.problem);
  }

  #showRoom(choice: JoinChoice, ticket: Ticket): void {
    const { ticketSource, now } = this.#options;
    document.title = `Room ${roomText(choice.room)} · Rotunda`;
    // Reloading the page, or passing on its address, leads to this room; name and automatic joining stay behind.
    history.replaceState(null, '', roomAddress(location.href, choice));
    const room = new Room({
      cloud: TRTCCloud.getTRTCShareInstance(),
      choice,
      ticket,
      ticketSource,
      now,
      timeline: this.#timeline,
      onRefused: (problem) => void this.#showJoin(problem),
      onEnded: (ending) => this.#showEnding(choice, ending),
    });
    this.#show(room);
    room.enter();
  }

  #showEnding(choice: JoinChoice, stayEnding: StayEnding): void {
    document.title = 'Left · Rotunda';
    const ending = new Ending({
      stayEnding,
      choice,
      timeline: this.#timeline,
      onRejoin: () => void this.#join({ choice, ticket: this.#typed }),
      onChange: () => void this.#showJoin(),
    });
    this.#show(ending);
    ending.focus();
  }

  #show(screen: Part): void {
    this.#screen?.dispose();
    this.#screen = screen;
    this.#options.place.replaceChildren(screen.element);
    this.#timeline.showNewest();
  }
}
