import {
  LEAVE_REASONS,
  TRTCError,
  type RtpCapabilitiesMessage,
  type SnapshotMessage,
} from '@rotunda/protocol';
import type { ChannelEnd, ServerEvent } from '../signal/channel.ts';
import { SignalClosedError } from '../signal/errors.ts';
import { Departure } from './departure.ts';
import { Entry } from './entry.ts';
import type { RoleOutcome, RoleRequest } from './role-switch.ts';
import type { ServerAddress } from './server-address.ts';
import { closedForGood, isFinal, type Failure } from './stay-failures.ts';
import { StayLink } from './stay-link.ts';
import { StayReturn } from './stay-return.ts';
import { StayRoom } from './stay-room.ts';
import type { EnterParams, StayEnd, StayObserver, StayState, StayTools } from './stay-types.ts';
import { within } from './timeouts.ts';

/** More than any room produces between a request and its answer. */
const MAX_EARLY = 10_000;

/** One stay in one room, from enter to its end; a second entry is a new object. Ends once. */
export class Stay {
  readonly room: StayRoom;
  readonly #params: EnterParams;
  readonly #tools: StayTools;
  readonly #observer: StayObserver;
  readonly #link: StayLink;
  readonly #departure: Departure;
  readonly #entry: Entry;
  readonly #return: StayReturn;
  readonly #unlisten: () => void;
  /** What came before the snapshot that it belongs to was applied. */
  #early: ServerEvent[] = [];
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
    this.#departure = new Departure({ ...tools, link: this.#link, leaveUrl: address.leaveUrl });
    this.room = this.#createRoom();
    this.#entry = this.#createEntry();
    this.#return = this.#createReturn();
    this.#unlisten = tools.page.onGone(() => this.#pageGone());
  }

  get state(): StayState['name'] {
    return this.#state.name;
  }

  get open(): boolean {
    return this.#state.name !== 'leaving' && this.#state.name !== 'ended';
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
    return this.#leave(this.#state);
  }

  switchRole(request: RoleRequest): Promise<RoleOutcome> {
    return this.room.role.change(request);
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
      onFault: (error) => this.#fault(error, { tell: true }),
    });
  }

  // Entering

  #createEntry(): Entry {
    return new Entry({
      ...this.#tools,
      link: this.#link,
      media: this.room.media,
      params: this.#params,
      onAsked: (answer) => (this.#state = { name: 'entering', answer }),
      onUnanswered: () => (this.#state = { name: 'connecting' }),
      onEntered: (snapshot, elapsedMs) => this.#entered(snapshot, elapsedMs),
      onFailed: (error) => this.#failEntry(error),
    });
  }

  #entered(snapshot: SnapshotMessage, elapsedMs: number): void {
    this.#state = { name: 'inRoom', resumeToken: snapshot.resumeToken };
    this.room.messages.resume(snapshot);
    this.#observer.onEntered(elapsedMs);
    this.#apply(snapshot);
  }

  #failEntry(error: Failure): void {
    this.#state = { name: 'ended' };
    this.#closeIntake();
    this.room.close();
    this.#link.close();
    this.#observer.onEnterFailed(error, { cancelled: false });
  }

  #apply(snapshot: SnapshotMessage): void {
    this.room.apply(snapshot);
    for (const event of this.#early.splice(0)) if (this.#is('inRoom')) this.#handle(event);
  }

  // Events of the server

  #onEvent(event: ServerEvent): void {
    switch (this.#state.name) {
      case 'inRoom':
        return this.#handle(event);
      case 'entering':
      case 'reconnecting':
        if (this.#early.length < MAX_EARLY) this.#early.push(event);
        return;
      case 'leaving':
        return this.#link.acknowledge(event);
      case 'connecting':
      case 'ended':
    }
  }

  #handle(event: ServerEvent): void {
    if (event.name === 'ended') this.#endedByServer(event);
    else if (event.name === 'resumeToken') this.#state = { name: 'inRoom', ...event.data };
    else this.room.handle(event);
  }

  /** A stay that may go on elsewhere goes on; any other ends here, and the server hears that it is done. */
  #endedByServer(event: Extract<ServerEvent, { name: 'ended' }>): void {
    const { reason } = event.data;
    if (!LEAVE_REASONS[reason].terminal && this.#state.name === 'inRoom') {
      this.#link.acknowledge(event);
      this.#link.drop();
      this.#beginReturn(this.#state.resumeToken);
      return;
    }
    this.#end({ by: 'server', reason }, () => this.#link.acknowledge(event));
  }

  // Returning after a lost link

  #onLost(end: ChannelEnd): void {
    const { name } = this.#state;
    if (isFinal(end) && (name === 'inRoom' || name === 'reconnecting')) {
      this.#fault(closedForGood(end), { tell: false });
      return;
    }
    if (this.#state.name !== 'inRoom') return;
    this.#tools.log.warn({ end }, 'link lost');
    this.#beginReturn(this.#state.resumeToken);
  }

  #createReturn(): StayReturn {
    return new StayReturn({
      ...this.#tools,
      link: this.#link,
      media: this.room.media,
      resume: (rtpCapabilities) => this.#resume(rtpCapabilities),
      onTrying: () => this.#observer.onTryingToReturn(),
      onReturned: (snapshot) => this.#returned(snapshot),
      onEnded: (reason) => this.#end({ by: 'server', reason }),
      onFailed: (error, how) => this.#fault(error, how),
    });
  }

  #beginReturn(resumeToken: string): void {
    this.#state = { name: 'reconnecting', resumeToken };
    this.#early = [];
    this.room.suspend();
    this.#observer.onLinkLost();
    if (this.#is('reconnecting')) void this.#return.run();
  }

  #resume(rtpCapabilities: RtpCapabilitiesMessage): Promise<SnapshotMessage> {
    if (this.#state.name !== 'reconnecting') return Promise.reject(new SignalClosedError());
    const { resumeToken } = this.#state;
    const { userSig } = this.#params;
    const { role } = this.room.role;
    return this.#link.request('resume', { resumeToken, userSig, role, rtpCapabilities });
  }

  #returned(snapshot: SnapshotMessage): void {
    this.#state = { name: 'inRoom', resumeToken: snapshot.resumeToken };
    this.room.messages.resume(snapshot);
    this.#observer.onLinkBack();
    this.#apply(snapshot);
    const { role, media } = this.room;
    if (!this.#is('inRoom') || !role.mayPublish || media.hasSendTransport) return;
    // The answer to a change of role was lost: the server gives the same transport again.
    void role.change({ role: role.role });
  }

  // Ends

  /** Peers are told first, then everything is released at once; only the last word waits for the server, within its budget. */
  #leave(before: StayState): Promise<void> {
    let finish = (): void => undefined;
    const done = new Promise<void>((resolve) => (finish = resolve));
    this.#state = { name: 'leaving', done };
    const told = this.#departure.tell(before);
    const released = this.#release();
    void this.#withinBudget(Promise.all([told, released])).then(() => {
      this.#state = { name: 'ended' };
      this.#link.close();
      if (before.name === 'connecting' || before.name === 'entering') {
        const error = new TRTCError('ERR_TRTC_ENTER_ROOM_REFUSED', 'the entry was cancelled by exitRoom');
        this.#observer.onEnterFailed(error, { cancelled: true });
      }
      this.#observer.onEnded({ by: 'user' });
      finish();
    });
    return done;
  }

  /** The stay cannot go on. With `tell` the others need not wait for its deadline. */
  #fault({ code, message }: Failure, { tell }: { tell: boolean }): void {
    const before = this.#state;
    this.#end({ by: 'fault', code, message });
    if (tell && 'resumeToken' in before) void this.#departure.post(before.resumeToken);
  }

  #end(end: StayEnd, beforeClosing: () => void = () => undefined): void {
    if (!this.open) return;
    this.#state = { name: 'ended' };
    const released = this.#release();
    beforeClosing();
    this.#link.close();
    if (released) void this.#withinBudget(released).then(() => this.#observer.onEnded(end));
    else this.#observer.onEnded(end);
  }

  #withinBudget(done: Promise<unknown>): Promise<void> {
    return within(this.#tools.clock, this.#link.timers.exitBudget, done);
  }

  #release(): Promise<void> | null {
    this.#closeIntake();
    const released = this.#observer.releaseDevices();
    this.room.close();
    return released;
  }

  #closeIntake(): void {
    this.#unlisten();
    this.#entry.close();
    this.#return.close();
    this.#early = [];
    this.room.closeIntake();
  }

  #pageGone(): void {
    if (this.#state.name !== 'inRoom' && this.#state.name !== 'reconnecting') return;
    this.#departure.pageGone(this.#state.resumeToken);
  }

  #is(name: StayState['name']): boolean {
    return this.#state.name === name;
  }
}
