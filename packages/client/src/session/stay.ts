import { createDeferred } from '@rotunda/base';
import { LEAVE_REASONS, type EventData, type SnapshotMessage } from '@rotunda/protocol';
import type { ChannelEnd, ServerEvent } from '../signal/channel.ts';
import { SignalClosedError } from '../signal/errors.ts';
import { Departure } from './departure.ts';
import { Entry } from './entry.ts';
import { RoomSwitch } from './room-switch.ts';
import type { ServerAddress } from './server-address.ts';
import { closedForGood, isFinal, type Failure } from './stay-failures.ts';
import { StayClosing } from './stay-closing.ts';
import { StayLink } from './stay-link.ts';
import { StayReturn } from './stay-return.ts';
import { StayRoom, type StayEvent } from './stay-room.ts';
import type { EnterParams, StayEnd, StayObserver, StayState, StayTools } from './stay-types.ts';

/** One stay from enter to its end, also from room to room; a second entry is a new object. Ends once. */
export class Stay {
  readonly room: StayRoom;
  readonly switching: RoomSwitch;
  readonly #tools: StayTools;
  readonly #observer: StayObserver;
  readonly #link: StayLink;
  readonly #departure: Departure;
  readonly #entry: Entry;
  readonly #return: StayReturn;
  readonly #closing: StayClosing;
  #params: EnterParams;
  #state: StayState = { name: 'connecting' };

  constructor(params: EnterParams, address: ServerAddress, tools: StayTools) {
    this.#params = params;
    this.#tools = tools;
    this.#observer = tools.observer;
    this.#link = new StayLink({
      ...tools,
      url: address.signalUrl,
      onEvent: (event) => this.#onEvent(event),
      onLost: (end) => this.#onLost(end),
    });
    this.#departure = new Departure({
      ...tools,
      link: this.#link,
      leaveUrl: address.leaveUrl,
    });
    this.room = this.#createRoom();
    this.switching = this.#createSwitch();
    this.#entry = this.#createEntry();
    this.#return = this.#createReturn();
    this.#closing = new StayClosing({
      ...tools,
      link: this.#link,
      departure: this.#departure,
      room: this.room,
      ways: [this.#entry, this.#return, this.switching],
      onClosed: () => this.#become({ name: 'ended' }),
    });
  }

  get state(): StayState['name'] {
    return this.#state.name;
  }

  get open(): boolean {
    return this.#state.name !== 'leaving' && this.#state.name !== 'ended';
  }

  /** Also while the link is down, or another room was asked for. */
  get inRoom(): boolean {
    return this.#resumeToken !== null;
  }

  get pendingRequests(): number {
    return this.#link.pendingRequests;
  }

  /** Begins to enter; the observer is told how it went. Call once. */
  enter(): void {
    void this.#entry.run();
  }

  /** Leaves; a second call joins the first. Never rejects, never calls the observer synchronously. */
  exit(): Promise<void> {
    if (this.#state.name === 'leaving') return this.#state.done;
    if (this.#state.name === 'ended') return Promise.resolve();
    const before = this.#state;
    return this.#close(() => this.#closing.leave(before));
  }

  get #resumeToken(): string | null {
    return 'resumeToken' in this.#state ? this.#state.resumeToken : null;
  }

  #createRoom(): StayRoom {
    const wire: Pick<StayLink, 'request'> = {
      request: (method, request) =>
        this.#state.name === 'inRoom'
          ? this.#link.request(method, request)
          : Promise.reject(new SignalClosedError('not in the room')),
    };
    return new StayRoom({
      ...this.#tools,
      wire,
      params: this.#params,
      present: () => this.#is('inRoom'),
      onStayEvent: (event) => this.#onStayEvent(event),
      onFault: (error) => this.#fault(error, { tell: true }),
    });
  }

  /** The server's word is there; a listener may leave at any of these steps. */
  #begin(snapshot: SnapshotMessage, tell: () => void): void {
    this.#become({ name: 'inRoom', resumeToken: snapshot.resumeToken });
    this.room.messages.resume(snapshot);
    tell();
    this.room.apply(snapshot);
    if (this.#is('inRoom')) this.switching.resume();
  }

  // Entering

  #createEntry(): Entry {
    return new Entry({
      ...this.#tools,
      link: this.#link,
      media: this.room.media,
      params: this.#params,
      onAsked: (answer) => this.#become({ name: 'entering', answer }),
      onUnanswered: () => this.#become({ name: 'connecting' }),
      onEntered: (snapshot, elapsedMs) => this.#begin(snapshot, () => this.#observer.onEntered(elapsedMs)),
      onFailed: (error) => this.#failEntry(error),
    });
  }

  #failEntry(error: Failure): void {
    this.#become({ name: 'ended' });
    this.#closing.failEntry(error);
  }

  // Events of the server

  #onEvent(event: ServerEvent): void {
    switch (this.#state.name) {
      case 'inRoom':
        return this.room.handle(event);
      case 'switching':
        // The old room goes on meanwhile, and the new one may be faster than the answer.
        return this.room.users.isForeign(event) ? this.room.keep(event) : this.room.handle(event);
      case 'entering':
      case 'reconnecting':
        return this.room.keep(event);
      case 'leaving':
        return this.#link.acknowledge(event);
      case 'connecting':
      case 'ended':
    }
  }

  #onStayEvent(event: StayEvent): void {
    if (event.name === 'ended') {
      this.#endedByServer(event.data, () => this.#link.acknowledge(event));
    } else if ('resumeToken' in this.#state) {
      this.#become({ ...this.#state, ...event.data });
    }
  }

  /** A stay that may go on elsewhere goes on; any other ends here, and the server hears that it is done. */
  #endedByServer(ended: EventData<'ended'>, confirm?: () => void): void {
    const resumeToken = this.#resumeToken;
    if (resumeToken === null || LEAVE_REASONS[ended.reason].terminal) {
      this.#end({ by: 'server', ...ended }, confirm);
      return;
    }
    confirm?.();
    this.#link.drop();
    this.#beginReturn(resumeToken);
  }

  // Switching rooms

  #createSwitch(): RoomSwitch {
    return new RoomSwitch({
      link: this.#link,
      room: this.room,
      params: () => this.#params,
      present: () => this.#is('inRoom'),
      onAsked: (answer) => {
        if ('resumeToken' in this.#state) this.#become({ ...this.#state, name: 'switching', answer });
      },
      onSwitched: (params, snapshot, left) => {
        this.#params = params;
        this.room.permission.changeRoom(params.privateMapKey);
        this.#begin(snapshot, () => this.#observer.onSwitched(left));
      },
      onRefused: (error, ended) => this.#switchRefused(error, ended),
    });
  }

  #switchRefused(error: Failure, ended: EventData<'ended'> | null): void {
    if (ended !== null && ended.reason !== 'switchedRoom') {
      this.#endedByServer(ended);
      return;
    }
    if (ended === null && this.#state.name === 'switching') {
      this.#become({ name: 'inRoom', resumeToken: this.#state.resumeToken });
      this.room.goOn();
      this.switching.resume();
    }
    this.#observer.onSwitchRefused(error);
    // What keeps the user out has been told with that.
    if (ended !== null) this.#fault({ code: error.code, message: error.message }, { tell: true });
  }

  // Returning after a lost link

  #onLost(end: ChannelEnd): void {
    const resumeToken = this.#resumeToken;
    if (resumeToken === null) return;
    if (isFinal(end)) {
      this.#fault(closedForGood(end), { tell: false });
    } else if (!this.#is('reconnecting')) {
      this.#tools.log.warn({ end }, 'link lost');
      this.#beginReturn(resumeToken);
    }
  }

  #createReturn(): StayReturn {
    return new StayReturn({
      ...this.#tools,
      link: this.#link,
      media: this.room.media,
      onTrying: () => this.#observer.onTryingToReturn(),
      onReturned: (snapshot) => this.#begin(snapshot, () => this.#observer.onLinkBack()),
      onEnded: (ended) => this.#endedMeanwhile(ended),
      onFailed: (error, how) => this.#fault(error, how),
    });
  }

  #beginReturn(resumeToken: string): void {
    this.#become({ name: 'reconnecting', resumeToken });
    this.switching.suspend();
    this.room.suspend();
    this.#observer.onLinkLost();
    if (!this.#is('reconnecting')) return;
    const { userSig } = this.#params;
    const { role, permission } = this.room;
    const ticket = permission.newest ? { privateMapKey: permission.newest } : {};
    void this.#return.run({ resumeToken, userSig, role: role.role, ...ticket });
  }

  #endedMeanwhile(ended: EventData<'ended'>): void {
    if (ended.reason !== 'switchedRoom' || !this.switching.pending) {
      this.#end({ by: 'server', ...ended });
      return;
    }
    // The old room was left, it is the answer that was lost.
    this.#observer.onLinkBack();
    if (this.#is('reconnecting')) this.switching.finish();
  }

  // Ends

  /** Closed for new work at once; resolves when the end was told. */
  #close(run: () => Promise<void>): Promise<void> {
    const done = createDeferred();
    this.#become({ name: 'leaving', done: done.promise });
    void run().then(() => done.resolve());
    return done.promise;
  }

  /** The stay cannot go on. With `tell` the others need not wait for its deadline. */
  #fault({ code, message, entryBlock }: Failure, { tell }: { tell: boolean }): void {
    const resumeToken = this.#resumeToken;
    this.#end({ by: 'fault', code, message, ...(entryBlock ? { entryBlock } : {}) });
    if (tell && resumeToken !== null) void this.#departure.post(resumeToken);
  }

  #end(end: StayEnd, beforeClosing?: () => void): void {
    if (this.open) void this.#close(() => this.#closing.end(end, beforeClosing));
  }

  /** A page that goes ends the stay that it is in, if it is in one. */
  #become(state: StayState): void {
    this.#state = state;
    this.#departure.prepare(this.#resumeToken);
  }

  #is(name: StayState['name']): boolean {
    return this.#state.name === name;
  }
}
