import {
  CLOSE_CODES,
  REQUESTS,
  TRTCError,
  TRTC_ERRORS,
  type RequestMethod,
  type RequestParams,
  type TRTCErrorName,
} from '@rotunda/protocol';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import { describeFailure, type SignallingContext } from './context.ts';
import { messageMarks } from './custom-messages.ts';
import { enterRoom, resumeStay, type Entered } from './entering.ts';
import { Link, type LinkEnd, type LinkOwner, type RequestFrame } from './link.ts';
import { inTurn } from './publishing.ts';
import { ROOM_REQUESTS, type RoomMethod } from './requests.ts';
import type { Session } from './session.ts';
import { checkSwitch, moveStay } from './switching.ts';

/** How many answers one client may wait for. A full room is subscribed in about 150 requests. */
const MAX_OUTSTANDING = 512;

type ConnectionState =
  | { readonly name: 'new' }
  | { readonly name: 'entering' }
  | { readonly name: 'inRoom'; readonly session: Session }
  | { readonly name: 'closed'; readonly end: LinkEnd };

/** One client's socket from `welcome` to close: at most one stay at a time, and requests of that stay. */
export class Connection implements LinkOwner {
  readonly link: Link;
  readonly #context: SignallingContext;
  #state: ConnectionState = { name: 'new' };
  #outstanding = 0;

  constructor(socket: WebSocket, context: SignallingContext) {
    this.#context = context;
    this.link = new Link(socket, this, context);
  }

  onRequest(frame: RequestFrame): void {
    if (++this.#outstanding > MAX_OUTSTANDING) {
      this.link.close(CLOSE_CODES.protocolError);
      return;
    }
    this.#answer(frame)
      .catch((error: unknown) => this.link.sendError(frame.id, describeFailure(error, this.#context.log)))
      .finally(() => void this.#outstanding--)
      .catch(() => undefined);
  }

  onClosed(end: LinkEnd): void {
    const state = this.#state;
    this.#state = { name: 'closed', end };
    if (state.name === 'inRoom') this.#linkLost(state.session, end);
  }

  async #answer(frame: RequestFrame): Promise<void> {
    const method = frame.method as RequestMethod;
    if (!Object.hasOwn(REQUESTS, method)) {
      throw new TRTCError('ERR_ROOM_INVALID_PARAMETER', `unknown request ${JSON.stringify(frame.method)}`);
    }
    const params = REQUESTS[method].params.safeParse(frame.params);
    if (!params.success) throw malformed(params.error);
    if (method === 'enter') {
      await this.#begin(frame.id, () => enterRoom(this.#context, this.link, params.data as never));
    } else if (method === 'resume') {
      await this.#begin(frame.id, () => resumeStay(this.#context, this.link, params.data as never));
    } else if (method === 'switchRoom') {
      await this.#switchRoom(frame.id, params.data as never);
    } else {
      await this.#request(frame.id, method, params.data as never);
    }
  }

  async #begin(id: number, start: () => Promise<Entered>): Promise<void> {
    if (this.#state.name !== 'new') throw new TRTCError('ERR_TRTC_ENTER_ROOM_REFUSED');
    this.#state = { name: 'entering' };
    let entered: Entered;
    try {
      entered = await start();
    } catch (error) {
      this.#reopen();
      throw error;
    }
    this.#admit(id, entered);
  }

  #admit(id: number, { session, snapshot }: Entered): void {
    if (!this.link.open || !session.open) {
      this.#abandon(id, session, snapshot.version);
      return;
    }
    this.#state = { name: 'inRoom', session };
    const messages = messageMarks(this.#context, session);
    this.link.send({ type: 'response', id, result: { ...snapshot, messages } });
    this.#context.directory.activate(session, snapshot.version);
  }

  /** Between the snapshot and here the link closed or the stay ended. */
  #abandon(id: number, session: Session, version: number): void {
    this.#reopen();
    this.#context.directory.activate(session, version);
    if (session.state.name !== 'ended') {
      if (this.#state.name === 'closed') this.#linkLost(session, this.#state.end);
      return;
    }
    const { code } = TRTC_ERRORS.ERR_ROOM_ENTER_FAIL;
    this.link.sendError(id, { code, message: 'the stay ended while it began', ended: session.state.reason });
  }

  #reopen(): void {
    if (this.#state.name === 'entering') this.#state = { name: 'new' };
  }

  /** Refused without leaving the old room, or carried out; only in between the stay has no link. */
  async #switchRoom(id: number, params: RequestParams<'switchRoom'>): Promise<void> {
    const session = this.#session();
    try {
      const entered = await inTurn(session, async () => {
        await checkSwitch(this.#context, session, params);
        if (!session.detach(this.link)) throw new TRTCError('ERR_ROOM_NOT_EXIST', 'the stay has ended');
        this.#state = { name: 'entering' };
        return moveStay(this.#context, this.link, session, params);
      });
      this.#admit(id, entered);
    } catch (error) {
      this.#reopen();
      throw error;
    }
  }

  #session(): Session {
    if (this.#state.name !== 'inRoom') throw new TRTCError('ERR_REFUSED', 'enter a room first');
    return this.#state.session;
  }

  async #request(id: number, method: RoomMethod, params: never): Promise<void> {
    const session = this.#session();
    const result = await ROOM_REQUESTS[method](this.#context, session, params);
    this.link.send({ type: 'response', id, result });
    if (method === 'exit') this.#state = { name: 'new' };
  }

  /**
   * Nobody else sees a lost link before its deadline. A socket that the other side closed means that the process or page
   * is gone, unless it comes back at once; silence may be a cut network, which gets the whole time from the last byte.
   */
  #linkLost(session: Session, end: LinkEnd): void {
    if (!session.detach(this.link)) return;
    const { clock, timers, membership, log } = this.#context;
    const gone = end.by === 'peer';
    const giveUpAt = gone ? clock.now() + timers.goingAway : this.link.lastHeardAt + timers.giveUp;
    const ifGivenUp = gone ? 'processGone' : 'timedOut';
    log.info({ ...session.stay, end }, 'link lost');
    membership
      .lost({ ...session.stay, giveUpAt, ifGivenUp })
      .catch((error: unknown) => log.error({ err: error, ...session.stay }, 'could not record a lost link'));
  }
}

/** The field that is wrong decides the code, as TRTC's own SDKs report it. */
const FIELD_ERRORS: Readonly<Record<string, TRTCErrorName>> = {
  sdkAppId: 'ERR_SDK_APPID_INVALID',
  userId: 'ERR_USER_ID_INVALID',
  userSig: 'ERR_USER_SIG_INVALID',
  room: 'ERR_ROOM_ID_INVALID',
  scene: 'ERR_SERVER_INFO_BAD_SCENE_OR_ROLE',
  role: 'ERR_SERVER_INFO_BAD_SCENE_OR_ROLE',
};

function malformed(error: z.ZodError): TRTCError {
  const [issue] = error.issues;
  const field = String(issue?.path[0] ?? '');
  const name = FIELD_ERRORS[field];
  if (name) return new TRTCError(name);
  return new TRTCError(
    'ERR_ROOM_INVALID_PARAMETER',
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`,
  );
}
