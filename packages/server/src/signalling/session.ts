import { SerialQueue, createDeferred, type TokenBucket } from '@rotunda/base';
import {
  NOT_BLOCKED,
  sameBlock,
  type Blocked,
  type EntryBlockMessage,
  type EventData,
  type EventName,
  type LeaveReason,
  type Role,
  type RoomKey,
  type Source,
  type TRTCAppScene,
} from '@rotunda/protocol';
import type { Permission } from '../auth/permissions.ts';
import type { MediaMember } from '../media/port.ts';
import type { ClientFacts, LogEntry } from '../rooms/model.ts';
import type { StayRef } from '../roomlog/membership-port.ts';
import type { HowEnded } from '../store/endings-port.ts';
import type { Link } from './link.ts';
import type { PacedMutes } from './paced-mutes.ts';
import { PublisherWishes } from './publisher-wishes.ts';
import type { QualityReports } from './quality-reports.ts';
import type { Speech } from './speech.ts';
import type { KnownSurroundings } from './surroundings.ts';

/**
 * What a stay on this node is doing. `entering`, also when it comes back, keeps what happens in the room until the
 * snapshot is sent; `lost` has no link, its deadline is in the room log; `ended` is final.
 */
export type SessionState =
  | { readonly name: 'entering'; readonly link: Link; readonly missed: LogEntry[] }
  | { readonly name: 'connected'; readonly link: Link }
  | { readonly name: 'lost' }
  | ({ readonly name: 'ended' } & HowEnded);

/** Whether the client does not know yet that its stay has ended, and what its user is told. */
export interface EndNotice {
  readonly tell: boolean;
  readonly message?: string | undefined;
  /** Who was removed may not enter again for now. */
  readonly entryBlock?: EntryBlockMessage | null;
}

/** One stay of one user, as far as this node serves it. Holds its link and its media; decides nothing. */
export class Session {
  readonly stay: StayRef;
  /** The first of the stays that this one continues, one after the other; itself if it continues none. */
  readonly origin: string;
  readonly scene: TRTCAppScene;
  readonly client: ClientFacts;
  /** The stay that this one goes on from: it had been given up, or was left for this room. */
  readonly follows: string | null;
  /** Settles when the end was acknowledged by the client, or nobody is there to acknowledge. */
  readonly told = createDeferred();
  /** What the stay publishes, and as what, changes one step after the other. */
  readonly changes = new SerialQueue();
  /** The streams of this stay in the room log: source -> streamId. Changes with {@link changes} only. */
  readonly published = new Map<Source, string>();
  /** What the client was asked to do with what it publishes. */
  readonly wishes = new PublisherWishes((name, data) => {
    if (this.#state.name === 'connected') this.sendEvent(name, data);
  });
  role: Role;
  /** Changes with {@link changes} only. */
  permission: Permission;
  /** Set when the stay is in the room; a stay is in one incarnation only. */
  incarnation = '';
  /** A transport was replaced while nobody could be told: the next snapshot carries those that are good. */
  transportsChanged = false;
  /** Set with the first message that the stay sends. */
  speech: Speech | null = null;
  /** Set with the first stream, or change of role. */
  starts: TokenBucket | null = null;
  /** Set with the first stream that the stay mutes. */
  mutes: PacedMutes | null = null;
  /** Set with the first report of the client's path. */
  quality: QualityReports | null = null;
  /** Set with the first report that says where the client runs. */
  surroundings: KnownSurroundings | null = null;
  /** Settles when the media obeys what {@link setBlocked} was told last. */
  blockDone: Promise<void> = Promise.resolve();
  #blocked: Blocked = NOT_BLOCKED;
  /** What the client was told of it. */
  #knownBlock: Blocked = NOT_BLOCKED;
  readonly #onEnd: (() => void)[] = [];
  #state: SessionState;
  #media: MediaMember | null = null;

  constructor(
    init: Pick<Session, 'stay' | 'origin' | 'scene' | 'role' | 'permission' | 'client' | 'follows'> & {
      link: Link;
    },
  ) {
    this.stay = init.stay;
    this.origin = init.origin;
    this.follows = init.follows;
    this.scene = init.scene;
    this.client = init.client;
    this.role = init.role;
    this.permission = init.permission;
    this.#state = { name: 'entering', link: init.link, missed: [] };
  }

  get state(): SessionState {
    return this.#state;
  }

  get key(): RoomKey {
    return this.stay.key;
  }

  get open(): boolean {
    return this.#state.name !== 'ended';
  }

  get link(): Link | null {
    return this.#state.name === 'connected' || this.#state.name === 'entering' ? this.#state.link : null;
  }

  /** The stay's media; throws before it has been set up, which only a request before `enter` could see. */
  get media(): MediaMember {
    if (!this.#media) throw new Error('the stay has no media yet');
    return this.#media;
  }

  /** @returns false if the stay has ended meanwhile: then the media was closed at once. */
  setMedia(media: MediaMember): boolean {
    if (!this.open) {
      media.close();
      return false;
    }
    this.#media = media;
    this.blockDone = media.setBlocked(this.#blocked);
    return true;
  }

  /** What the stay may not send, as the room log has it. */
  get blocked(): Blocked {
    return this.#blocked;
  }

  /** The room log says what the stay may not send. The client is told now, or when it is there. */
  setBlocked(blocked: Blocked): void {
    if (!this.open || sameBlock(blocked, this.#blocked)) return;
    this.#blocked = blocked;
    if (this.#media) this.blockDone = this.#media.setBlocked(blocked);
    this.#tellBlock();
  }

  /** For the next snapshot. */
  takeBlock(): Blocked {
    this.#knownBlock = this.#blocked;
    return this.#blocked;
  }

  #tellBlock(): void {
    if (this.#state.name !== 'connected' || sameBlock(this.#blocked, this.#knownBlock)) return;
    this.sendEvent('blocked', this.takeBlock());
  }

  /** The snapshot of `version` is on its way. @returns the entries that came after it. */
  activate(version: number): readonly LogEntry[] {
    if (this.#state.name !== 'entering') return [];
    const { link, missed } = this.#state;
    this.#state = { name: 'connected', link };
    this.wishes.tellAgain();
    this.#tellBlock();
    return missed.filter((entry) => entry.version > version);
  }

  /** The stay goes on over another link, from {@link activate} on. @returns the link that it replaces. */
  attach(link: Link): Link | null {
    const previous = this.link;
    this.#state = { name: 'entering', link, missed: [] };
    return previous;
  }

  /** @returns whether `link` was the stay's current one, so that the stay is now lost. */
  detach(link: Link): boolean {
    if (!this.open || this.link !== link) return false;
    this.#state = { name: 'lost' };
    return true;
  }

  sendEvent<N extends EventName>(name: N, data: EventData<N>): void {
    this.link?.sendEvent(name, data);
  }

  /** Runs `cleanUp` when the stay ends; at once if it has. */
  onEnd(cleanUp: () => void): void {
    if (this.open) this.#onEnd.push(cleanUp);
    else cleanUp();
  }

  /** Final. Tells the client if it does not know yet, then closes media. @returns false if it had ended before. */
  end(reason: LeaveReason, how: EndNotice): boolean {
    if (!this.open) return false;
    const link = this.link;
    this.#state = { name: 'ended', reason, message: how.message };
    if (link && how.tell) void link.sendEnded(endedMessage(reason, how)).then(() => this.told.resolve());
    else this.told.resolve();
    // Whoever else ends in this turn is told before anything is released: a dismissal may end hundreds.
    queueMicrotask(() => {
      this.#media?.close();
      for (const cleanUp of this.#onEnd.splice(0)) cleanUp();
    });
    return true;
  }
}

function endedMessage(reason: LeaveReason, { message, entryBlock }: EndNotice): EventData<'ended'> {
  return {
    reason,
    ...(message ? { message } : {}),
    ...(entryBlock ? { entryBlock } : {}),
  };
}
