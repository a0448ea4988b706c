import type { Timer } from '@rotunda/base';
import {
  CLOSE_CODES,
  DEFAULT_TIMERS,
  LEAVE_REASONS,
  TRTCError,
  type SnapshotMessage,
} from '@rotunda/protocol';
import { StayMessages } from '../messages/stay-messages.ts';
import type { ChannelEnd, ServerEvent } from '../signal/channel.ts';
import { RequestRefusedError, SignalClosedError } from '../signal/errors.ts';
import { RemoteUsers } from '../users/remote-users.ts';
import { Departure } from './departure.ts';
import { RoleSwitch, type RoleOutcome, type RoleRequest } from './role-switch.ts';
import type { ServerAddress } from './server-address.ts';
import { VERSION } from '../version.ts';
import { StayLink } from './stay-link.ts';
import { StayMedia } from './stay-media.ts';
import type { EnterParams, StayEnd, StayObserver, StayState, StayTools } from './stay-types.ts';
import { Timeouts, within } from './timeouts.ts';

/** Pause between two tries to reach the server while entering. */
const ENTER_RETRY_MS = 500;
/** More than any room produces between a request and its answer. */
const MAX_EARLY = 10_000;
const SDK = { sdk: 'rotunda', version: VERSION };

/** One stay in one room, from enter to its end; a second entry is a new object. Ends once. */
export class Stay {
  readonly users = new RemoteUsers();
  readonly media: StayMedia;
  readonly messages: StayMessages;
  readonly #params: EnterParams;
  readonly #tools: StayTools;
  readonly #observer: StayObserver;
  readonly #link: StayLink;
  readonly #departure: Departure;
  readonly #role: RoleSwitch;
  readonly #timeouts: Timeouts;
  readonly #unlisten: () => void;
  /** What came before the snapshot that it belongs to was applied. */
  #early: ServerEvent[] = [];
  #state: StayState = { name: 'connecting' };

  constructor(params: EnterParams, address: ServerAddress, tools: StayTools) {
    this.#params = params;
    this.#tools = tools;
    this.#observer = tools.observer;
    this.#timeouts = new Timeouts(tools.clock);
    this.#link = new StayLink({
      ...tools,
      url: address.signalUrl,
      onEvent: (event) => this.#onEvent(event),
      onLost: (end) => this.#onLost(end),
    });
    this.#departure = new Departure({ ...tools, link: this.#link, leaveUrl: address.leaveUrl });
    const wire: Pick<StayLink, 'request'> = {
      request: (method, request) =>
        this.#state.name === 'inRoom'
          ? this.#link.request(method, request)
          : Promise.reject(new SignalClosedError('not in the room')),
    };
    this.media = new StayMedia({ ...tools, wire, users: this.users });
    this.#role = new RoleSwitch({
      wire,
      scene: params.scene,
      role: params.role,
      onChanged: (send) =>
        this.#role.mayPublish ? this.media.allowSending(send) : this.media.forbidSending(),
    });
    this.messages = new StayMessages({
      ...tools,
      wire: (message) => wire.request('customMessage', message),
      mayPublish: () => this.#role.mayPublish,
    });
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
    void this.#enter();
  }

  /** Leaves; a second call joins the first. Never rejects, never calls the observer synchronously. */
  exit(): Promise<void> {
    if (this.#state.name === 'leaving') return this.#state.done;
    if (this.#state.name === 'ended') return Promise.resolve();
    return this.#leave(this.#state);
  }

  switchRole(request: RoleRequest): Promise<RoleOutcome> {
    return this.#role.change(request);
  }

  // Entering

  async #enter(): Promise<void> {
    const startedAt = this.#tools.clock.now();
    const limit = this.#tools.clock.after(DEFAULT_TIMERS.enterTimeout, () =>
      this.#failEntry(new TRTCError('ERR_ROOM_REQUEST_ENTER_ROOM_TIMEOUT')),
    );
    try {
      while (this.#is('connecting')) await this.#tryToEnter(limit, startedAt);
    } catch (error) {
      this.#failEntry(entryError(error));
    } finally {
      limit.cancel();
    }
  }

  async #tryToEnter(limit: Timer, startedAt: number): Promise<void> {
    const outcome = await this.#link.open();
    if (!this.#is('connecting')) return;
    if (outcome.kind === 'failed') {
      if (outcome.end?.by === 'protocol') throw new TRTCError('ERR_ROOM_ENTER_FAIL', outcome.end.message);
      await this.#timeouts.wait(ENTER_RETRY_MS);
      return;
    }
    const rtpCapabilities = await this.media.load(outcome.welcome);
    if (!this.#is('connecting')) return;
    const { room, ...params } = this.#params;
    const answer = this.#link.request('enter', { ...params, room, rtpCapabilities, client: SDK });
    this.#state = { name: 'entering', answer };
    try {
      const snapshot = await answer;
      if (!this.#is('entering')) return;
      limit.cancel();
      this.#entered(snapshot, Math.max(1, this.#tools.clock.now() - startedAt));
    } catch (error) {
      if (!this.#is('entering')) return;
      if (!(error instanceof SignalClosedError)) throw error;
      this.#state = { name: 'connecting' };
      await this.#timeouts.wait(ENTER_RETRY_MS);
    }
  }

  #entered(snapshot: SnapshotMessage, elapsedMs: number): void {
    this.#state = { name: 'inRoom', resumeToken: snapshot.resumeToken };
    this.messages.resume(snapshot);
    this.#observer.onEntered(elapsedMs);
    this.#apply(snapshot);
  }

  #failEntry(error: { code: number; message: string }): void {
    if (!this.#is('connecting') && !this.#is('entering')) return;
    this.#state = { name: 'ended' };
    this.#closeIntake();
    this.media.close();
    this.#link.close();
    this.#observer.onEnterFailed(error, { cancelled: false });
  }

  /** A listener may leave at any of these steps. */
  #apply(snapshot: SnapshotMessage): void {
    if (this.#is('inRoom')) this.#role.resume(snapshot.role);
    if (this.#is('inRoom')) this.#setUpMedia(() => this.media.begin(snapshot, this.#role));
    if (this.#is('inRoom')) this.users.applySnapshot(snapshot);
    if (this.#is('inRoom')) this.messages.catchUp(snapshot);
    for (const event of this.#early.splice(0)) if (this.#is('inRoom')) this.#handle(event);
  }

  #setUpMedia(setUp: () => void): void {
    try {
      setUp();
    } catch (error) {
      this.#tools.log.error({ err: error }, 'could not set up media');
      this.#fault(new TRTCError('ERR_NOT_SUPPORTED', 'this browser could not set up media'), { tell: true });
    }
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
    switch (event.name) {
      case 'ownStreamStopped':
        return this.media.publisher.stopped(event.data.source, event.data);
      case 'consumerClosed':
        return this.media.subscriber.consumerClosed(event.data.consumerId);
      case 'republish':
        return this.media.republish(event.data.source, event.data.codec);
      case 'mediaReset':
        return this.#setUpMedia(() => this.media.reset(event.data.transports, this.#role));
      case 'customMessage':
        return this.messages.receive(event.data);
      case 'ended':
        return this.#endedByServer(event);
      default:
        return this.users.apply(event);
    }
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

  #beginReturn(resumeToken: string): void {
    this.#state = { name: 'reconnecting', resumeToken };
    this.#early = [];
    this.media.suspend();
    this.messages.suspend();
    this.#observer.onLinkLost();
    void this.#return();
  }

  async #return(): Promise<void> {
    const { firstRetry, maxRetry } = this.#link.timers;
    let pause = firstRetry;
    for (;;) {
      await this.#timeouts.wait(pause);
      if (this.#is('reconnecting')) this.#observer.onTryingToReturn();
      if (!this.#is('reconnecting')) return;
      await this.#tryToReturn();
      if (!this.#is('reconnecting')) return;
      this.#link.drop();
      pause = Math.min(maxRetry, pause * (1.5 + this.#tools.random()));
    }
  }

  async #tryToReturn(): Promise<void> {
    const outcome = await this.#link.open();
    if (this.#state.name !== 'reconnecting') return;
    if (outcome.kind === 'failed') {
      const { end } = outcome;
      if (end && (end.by === 'protocol' || isFinal(end))) this.#fault(closedForGood(end), { tell: false });
      return;
    }
    const { resumeToken } = this.#state;
    try {
      const rtpCapabilities = await this.media.load(outcome.welcome);
      if (!this.#is('reconnecting')) return;
      const { userSig } = this.#params;
      const { role } = this.#role;
      const snapshot = await this.#link.request('resume', { resumeToken, userSig, role, rtpCapabilities });
      if (this.#is('reconnecting')) this.#returned(snapshot);
    } catch (error) {
      if (!this.#is('reconnecting') || error instanceof SignalClosedError) return;
      if (!(error instanceof RequestRefusedError)) this.#fault(entryError(error), { tell: true });
      else if (error.ended) this.#end({ by: 'server', reason: error.ended });
      else this.#fault(error, { tell: true });
    }
  }

  #returned(snapshot: SnapshotMessage): void {
    this.#state = { name: 'inRoom', resumeToken: snapshot.resumeToken };
    this.messages.resume(snapshot);
    this.#observer.onLinkBack();
    this.#apply(snapshot);
    if (!this.#is('inRoom') || !this.#role.mayPublish || this.media.hasSendTransport) return;
    // The answer to a change of role was lost: the server gives the same transport again.
    void this.#role.change({ role: this.#role.role });
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
  #fault({ code, message }: { code: number; message: string }, { tell }: { tell: boolean }): void {
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
    this.media.close();
    return released;
  }

  #closeIntake(): void {
    this.#unlisten();
    this.#timeouts.close();
    this.#role.close();
    this.users.clear();
    this.#early = [];
    this.messages.close();
    this.media.closeIntake();
  }

  #pageGone(): void {
    if (this.#state.name !== 'inRoom' && this.#state.name !== 'reconnecting') return;
    this.#departure.pageGone(this.#state.resumeToken);
  }

  #is(name: StayState['name']): boolean {
    return this.#state.name === name;
  }
}

const NO_RETURN: ReadonlySet<number> = new Set([
  CLOSE_CODES.ended,
  CLOSE_CODES.protocolError,
  CLOSE_CODES.superseded,
]);

/** The server does not want to hear from this client again. */
function isFinal(end: ChannelEnd): boolean {
  return end.by === 'peer' && NO_RETURN.has(end.code);
}

function closedForGood(end: ChannelEnd): TRTCError {
  if (end.by === 'protocol') return new TRTCError('ERR_ROOM_ENTER_FAIL', end.message);
  return new TRTCError('ERR_ROOM_INVALID_PARAMETER', 'the server closed the connection for good');
}

function entryError(error: unknown): { code: number; message: string } {
  if (error instanceof RequestRefusedError || error instanceof TRTCError) return error;
  const detail = error instanceof Error ? `: ${error.message}` : '';
  return new TRTCError('ERR_NOT_SUPPORTED', `this browser could not set up media${detail}`);
}
