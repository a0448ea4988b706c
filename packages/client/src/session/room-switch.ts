import {
  LEAVE_REASONS,
  type EventData,
  type RequestParams,
  type RoomName,
  type RtpCapabilitiesMessage,
  type SnapshotMessage,
} from '@rotunda/protocol';
import { RequestRefusedError, SignalClosedError } from '../signal/errors.ts';
import { enterRequest } from './entry.ts';
import { Reconciler } from './reconciler.ts';
import { failureOf, type Failure } from './stay-failures.ts';
import type { StayRoom } from './stay-room.ts';
import type { EnterParams } from './stay-types.ts';
import type { Wire } from './wire.ts';

export interface SwitchRequest {
  /** Of the same kind as the room where the user is. */
  readonly room: RoomName;
  /** Without one, the ticket of the entry counts. */
  readonly userSig?: string;
  readonly privateMapKey?: string;
}

export interface RoomSwitchTools {
  readonly link: Wire;
  readonly room: StayRoom;
  /** Of the entry to the room where the stay is. */
  params(): EnterParams;
  /** Whether the server can be asked. */
  present(): boolean;
  /** The stay goes on where it is until the answer. */
  onAsked(answer: Promise<SnapshotMessage>): void;
  /** The stay is in the room of `params`, and nothing is left of the one before, where `left` were. */
  onSwitched(params: EnterParams, snapshot: SnapshotMessage, left: readonly string[]): void;
  /** `ended`: so is the stay. Without, it goes on where it was. */
  onRefused(error: Failure, ended: EventData<'ended'> | null): void;
}

/** How many switches may wait; more is a mistake of the caller. */
const MAX_WAITING = 16;

/** Takes one stay from room to room, one after the other. What a lost link interrupts is finished when it is back. */
export class RoomSwitch {
  readonly #tools: RoomSwitchTools;
  readonly #waiting: SwitchRequest[] = [];
  readonly #reconciler: Reconciler;
  /** `asked` until the answer comes or the link goes. `left`: the old room, on the way to the first in the queue. */
  #state: 'idle' | 'asked' | 'left' = 'idle';

  constructor(tools: RoomSwitchTools) {
    this.#tools = tools;
    this.#reconciler = new Reconciler(
      () => this.#step(),
      () => undefined,
    );
  }

  /** Somebody waits for another room. */
  get pending(): boolean {
    return this.#waiting.length > 0;
  }

  /** @returns false when too many wait already. */
  request(request: SwitchRequest): boolean {
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting.push(request);
    this.#reconciler.request();
    return true;
  }

  /** The link went away: whether what was asked was done is unknown. */
  suspend(): void {
    this.#state = 'idle';
  }

  /** The stay is in its room, and the server can be asked; so it is after each answer too. */
  resume(): void {
    this.#reconciler.request();
  }

  /** The switch that was interrupted had been done by half: the old room was left. */
  finish(): void {
    this.#state = 'left';
    this.#reconciler.request();
  }

  close(): void {
    this.#reconciler.close();
    this.#waiting.length = 0;
  }

  async #step(): Promise<void> {
    const [next] = this.#waiting;
    const left = this.#state === 'left';
    if (!next || !(left || this.#tools.present())) return;
    this.#state = 'asked';
    const params = paramsFor(next, this.#tools);
    let snapshot: SnapshotMessage;
    try {
      snapshot = await this.#ask(params, left);
    } catch (error) {
      if (!(error instanceof SignalClosedError) && this.#answered()) this.#refused(error, left);
      return;
    }
    if (!this.#answered()) return;
    this.#waiting.shift();
    this.#tools.onSwitched(params, snapshot, this.#tools.room.leave());
  }

  #ask(params: EnterParams, left: boolean): Promise<SnapshotMessage> {
    const { link, room } = this.#tools;
    const { rtpCapabilities } = room.media;
    const answer = left
      ? link.request('enter', enterRequest(params, rtpCapabilities))
      : link.request('switchRoom', switchRequest(params, rtpCapabilities));
    room.hold();
    this.#tools.onAsked(answer);
    return answer;
  }

  #refused(error: unknown, left: boolean): void {
    const ended = error instanceof RequestRefusedError ? error.ended : null;
    // Whoever may return finishes the switch then.
    if (ended === null || LEAVE_REASONS[ended.reason].terminal) this.#waiting.shift();
    this.#tools.onRefused(failureOf(error), ended ?? (left ? { reason: 'switchedRoom' } : null));
  }

  /** @returns false if the link went away, or the stay ended, before the answer was seen. */
  #answered(): boolean {
    if (this.#state !== 'asked' || this.#reconciler.closed) return false;
    this.#state = 'idle';
    return true;
  }
}

function paramsFor(request: SwitchRequest, tools: RoomSwitchTools): EnterParams {
  const { sdkAppId, userId, userSig, scene } = tools.params();
  return { sdkAppId, userId, userSig, scene, role: tools.room.role.role, ...request };
}

function switchRequest(
  { room, userSig, privateMapKey }: EnterParams,
  rtpCapabilities: RtpCapabilitiesMessage,
): RequestParams<'switchRoom'> {
  return { room, userSig, rtpCapabilities, ...(privateMapKey ? { privateMapKey } : {}) };
}
