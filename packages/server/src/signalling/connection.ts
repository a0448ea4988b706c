import {
  CLOSE_CODES,
  REQUESTS,
  TRTCError,
  type RequestMethod,
  type RequestParams,
  type TRTCErrorName,
} from '@rotunda/protocol';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { clientFacts, type Peer } from './client-facts.ts';
import { StayEndedError, endedMeanwhile, describeFailure, type SignallingContext } from './context.ts';
import { messageMarks } from './custom-messages.ts';
import { enterRoom, type Entered } from './entering.ts';
import { loseLink } from './link-loss.ts';
import { Link, type LinkEnd, type LinkOwner, type RequestFrame } from './link.ts';
import { PermissionLostError, expel } from './permission.ts';
import { inTurn } from './publishing.ts';
import { resumeStay } from './returning.ts';
import { ROOM_REQUESTS, leaveRoom, type RoomMethod } from './requests.ts';
import type { Session } from './session.ts';
import type { SpeedTest } from './speed-tests.ts';
import { checkSwitch, moveStay } from './switching.ts';

/** How many answers one client may wait for. A full room is subscribed in about 150 requests. */
const MAX_OUTSTANDING = 512;

/** Requests that bring somebody into a room. */
const ENTRIES: ReadonlySet<string> = new Set(['enter', 'resume', 'switchRoom']);

type ConnectionState =
  | { readonly name: 'new' }
  | { readonly name: 'entering' }
  | { readonly name: 'testing'; readonly test: SpeedTest }
  | { readonly name: 'inRoom'; readonly session: Session }
  | { readonly name: 'closed'; readonly end: LinkEnd };

/**
 * One client's socket from `welcome` to close, for one stay and its requests; a switch of rooms goes on on the same one. A
 * refused entry may be tried again. The socket ends with the stay.
 */
export class Connection implements LinkOwner {
  readonly link: Link;
  readonly #context: SignallingContext;
  readonly #peer: Peer;
  #state: ConnectionState = { name: 'new' };
  #outstanding = 0;

  constructor(socket: WebSocket, context: SignallingContext, peer: Peer) {
    this.#context = context;
    this.#peer = peer;
    this.link = new Link(socket, this, context);
  }

  onRequest(frame: RequestFrame): void {
    if (++this.#outstanding > MAX_OUTSTANDING) {
      this.link.close(CLOSE_CODES.protocolError);
      return;
    }
    this.#answer(frame)
      .catch((error: unknown) => this.#refuse(frame, error))
      .finally(() => void this.#outstanding--)
      .catch(() => undefined);
  }

  onClosed(end: LinkEnd): void {
    const state = this.#state;
    this.#state = { name: 'closed', end };
    if (state.name === 'testing') state.test.close();
    if (state.name === 'inRoom') loseLink(this.#context, state.session, this.link, end);
  }

  #refuse({ id, method, params }: RequestFrame, error: unknown): void {
    const { log, onEntryRefused } = this.#context;
    const refusal = describeFailure(error, log);
    this.link.sendError(id, refusal);
    if (error instanceof StayEndedError) this.link.close(CLOSE_CODES.ended);
    if (error instanceof PermissionLostError) void expel(this.#context, error.session);
    if (!ENTRIES.has(method)) return;
    onEntryRefused(refusal);
    log.info({ method, userId: claimedUser(params), ...refusal }, 'entry refused');
  }

  async #answer(frame: RequestFrame): Promise<void> {
    const method = frame.method as RequestMethod;
    if (!Object.hasOwn(REQUESTS, method)) {
      throw new TRTCError('ERR_ROOM_INVALID_PARAMETER', `unknown request ${JSON.stringify(frame.method)}`);
    }
    const params = REQUESTS[method].params.safeParse(frame.params);
    if (!params.success) throw malformed(params.error);
    if (method === 'enter') {
      const entered = await this.#begin(() => this.#enter(params.data as never));
      this.#admit(frame, entered, { returnable: false });
    } else if (method === 'resume') {
      const entered = await this.#begin(() => this.#resume(params.data as never));
      this.#admit(frame, entered, { returnable: true });
    } else if (method === 'switchRoom') {
      await this.#switchRoom(frame, params.data as never);
    } else if (method === 'speedTest') {
      await this.#testSpeed(frame.id, params.data as never);
    } else if (method === 'speedTestFill') {
      await this.#speedTest().fill();
      this.link.send({ type: 'response', id: frame.id, result: {} });
    } else if (method === 'speedTestReport') {
      this.link.send({ type: 'response', id: frame.id, result: this.#speedTest().report() });
    } else {
      await this.#request(frame.id, method, params.data as never);
    }
  }

  #enter(params: RequestParams<'enter'>): Promise<Entered> {
    return enterRoom(this.#context, this.link, params, { client: clientFacts(this.#peer, params.client) });
  }

  #resume(params: RequestParams<'resume'>): Promise<Entered> {
    return resumeStay(this.#context, this.link, params, clientFacts(this.#peer, params.client));
  }

  async #begin(start: () => Promise<Entered>): Promise<Entered> {
    if (this.#state.name !== 'new') throw new TRTCError('ERR_TRTC_ENTER_ROOM_REFUSED');
    this.#state = { name: 'entering' };
    try {
      return await start();
    } catch (error) {
      this.#reopen();
      throw error;
    }
  }

  /** `returnable`: the client has a token to return with even if this answer does not reach it. */
  #admit(frame: RequestFrame, { session, snapshot }: Entered, how: { readonly returnable: boolean }): void {
    const { directory } = this.#context;
    if (this.#state.name === 'entering' && session.open) {
      this.#state = { name: 'inRoom', session };
      const messages = messageMarks(this.#context, session);
      this.link.send({ type: 'response', id: frame.id, result: { ...snapshot, messages } });
      directory.activate(session, snapshot.version);
      return;
    }
    directory.activate(session, snapshot.version);
    if (session.state.name === 'ended')
      this.#refuse(frame, endedMeanwhile(this.#context, session.stay, session.state));
    else if (!how.returnable) void leaveRoom(this.#context, session, 'exited');
    else if (this.#state.name === 'closed') loseLink(this.#context, session, this.link, this.#state.end);
  }

  #reopen(): void {
    if (this.#state.name === 'entering') this.#state = { name: 'new' };
  }

  /** Refused without leaving the old room, or carried out; only in between the stay has no link. */
  async #switchRoom(frame: RequestFrame, params: RequestParams<'switchRoom'>): Promise<void> {
    const session = this.#session();
    try {
      const entered = await inTurn(session, async () => {
        await checkSwitch(this.#context, session, params);
        if (!session.detach(this.link)) throw new TRTCError('ERR_ROOM_NOT_EXIST', 'the stay has ended');
        this.#state = { name: 'entering' };
        return moveStay(this.#context, this.link, session, params);
      });
      this.#admit(frame, entered, { returnable: false });
    } catch (error) {
      this.#reopen();
      throw error;
    }
  }

  async #testSpeed(id: number, params: RequestParams<'speedTest'>): Promise<void> {
    if (this.#state.name !== 'new') throw new TRTCError('ERR_REFUSED', 'leave the room first');
    this.#state = { name: 'entering' };
    const test = await this.#context.speedTests.open(params).finally(() => this.#reopen());
    if (!this.link.open) return test.close();
    this.#state = { name: 'testing', test };
    this.link.send({ type: 'response', id, result: test.transport });
  }

  #speedTest(): SpeedTest {
    if (this.#state.name !== 'testing') throw new TRTCError('ERR_REFUSED', 'no speed test is running');
    return this.#state.test;
  }

  #session(): Session {
    if (this.#state.name !== 'inRoom') throw new TRTCError('ERR_REFUSED', 'enter a room first');
    return this.#state.session;
  }

  async #request(id: number, method: RoomMethod, params: never): Promise<void> {
    const session = this.#session();
    const result = await ROOM_REQUESTS[method](this.#context, session, params);
    this.link.send({ type: 'response', id, result });
    if (method === 'exit') this.link.close(CLOSE_CODES.ended);
  }
}

/** For the log: who says to be entering, if it can be read. */
function claimedUser(params: unknown): string | undefined {
  const claim = z.object({ userId: z.string().max(64) }).safeParse(params);
  return claim.data?.userId;
}

/** The field that is wrong decides the code, as TRTC's own SDKs report it. */
const FIELD_ERRORS: Readonly<Record<string, TRTCErrorName>> = {
  sdkAppId: 'ERR_SDK_APPID_INVALID',
  userId: 'ERR_USER_ID_INVALID',
  userSig: 'ERR_USER_SIG_INVALID',
  privateMapKey: 'ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR',
  room: 'ERR_ROOM_ID_INVALID',
  scene: 'ERR_SERVER_INFO_BAD_SCENE_OR_ROLE',
  role: 'ERR_SERVER_INFO_BAD_SCENE_OR_ROLE',
};

function malformed(error: z.core.$ZodError): TRTCError {
  const [issue] = error.issues;
  const field = String(issue?.path[0] ?? '');
  const name = FIELD_ERRORS[field];
  if (name) return new TRTCError(name);
  return new TRTCError(
    'ERR_ROOM_INVALID_PARAMETER',
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`,
  );
}
