import { NOT_BLOCKED, TRTCError, sameBlock, type Blocked, type SnapshotMessage } from '@rotunda/protocol';
import { StayMessages } from '../messages/stay-messages.ts';
import { StaySei } from '../messages/stay-sei.ts';
import type { ServerEvent } from '../signal/channel.ts';
import { RemoteUsers } from '../users/remote-users.ts';
import { CrossRoom } from './cross-room.ts';
import { PermissionTicket } from './permission-ticket.ts';
import { RoleSwitch } from './role-switch.ts';
import type { Failure } from './stay-failures.ts';
import { StayMedia } from './stay-media.ts';
import type { EnterParams, StayTools } from './stay-types.ts';
import type { Wire } from './wire.ts';

export interface StayRoomTools extends StayTools {
  readonly params: EnterParams;
  readonly wire: Wire;
  /** In the room, and told the server's word. A listener may leave at any step. */
  present(): boolean;
  onStayEvent(event: StayEvent): void;
  /** The browser cannot do what a stay needs. */
  onFault(error: Failure): void;
}

/** An event about the stay itself. */
export type StayEvent = Extract<ServerEvent, { name: 'ended' | 'resumeToken' }>;

/** More than any room produces between a request and its answer. */
const MAX_EARLY = 10_000;

/** What a stay has in its room: the others, media, messages, a role. Fed with snapshots and events. */
export class StayRoom {
  readonly users = new RemoteUsers();
  readonly media: StayMedia;
  readonly messages: StayMessages;
  readonly sei: StaySei;
  readonly permission: PermissionTicket;
  readonly role: RoleSwitch;
  readonly crossRoom: CrossRoom;
  readonly #tools: StayRoomTools;
  /** What a backend keeps the user from sending, as the server said it last. */
  #blocked = NOT_BLOCKED;
  /** What came before the snapshot that it belongs to was applied. */
  #early: ServerEvent[] = [];

  constructor(tools: StayRoomTools) {
    const { wire, params } = tools;
    this.#tools = tools;
    this.media = new StayMedia({
      ...tools,
      users: this.users,
      wantsSei: () => tools.wantsSei(),
      onSei: (userId, message) => this.sei.receive(userId, message),
    });
    this.permission = new PermissionTicket({
      wire,
      ticket: params.privateMapKey,
      onRenewed: () => this.media.retry(),
    });
    this.role = new RoleSwitch({
      wire,
      permission: this.permission,
      scene: params.scene,
      role: params.role,
      onChanged: (send) =>
        this.role.mayPublish ? this.media.allowSending(send) : this.media.forbidSending(),
    });
    this.crossRoom = new CrossRoom(wire);
    this.messages = new StayMessages({
      ...tools,
      wire: (message) => wire.request('customMessage', message),
      mayPublish: () => this.role.mayPublish,
    });
    this.sei = new StaySei({
      budget: this.messages.budget,
      canCarry: () => this.media.canCarrySei,
      sending: (source) => this.media.publisher.sending(source),
      send: (...message) => this.media.sendSei(...message),
      read: (reading) => this.media.readSei(reading),
      onMessage: (userId, bytes) => tools.observer.onSei(userId, bytes),
      random: () => tools.random(),
    });
    this.#listenToUsers();
  }

  /** The stay began, goes on after a lost link, or goes on here. */
  apply(snapshot: SnapshotMessage): void {
    const present = (): boolean => this.#tools.present();
    if (present()) this.role.resume(snapshot.role);
    if (present()) this.#setUpMedia(() => this.media.begin(snapshot, this.role));
    if (present()) this.#setBlocked(snapshot.blocked);
    if (present()) this.users.applySnapshot(snapshot);
    if (present()) this.messages.catchUp(snapshot);
    if (present()) this.permission.resume();
    if (present()) this.crossRoom.resume();
    for (const event of this.#early.splice(0)) if (present()) this.handle(event);
    if (!present() || !this.role.mayPublish || this.media.hasSendTransport) return;
    // The answer to a change of role was lost: the server gives the same transport again.
    void this.role.change({ role: this.role.role });
  }

  /** For {@link apply}. */
  keep(event: ServerEvent): void {
    if (this.#early.length < MAX_EARLY) this.#early.push(event);
  }

  handle(event: ServerEvent): void {
    switch (event.name) {
      case 'ownStreamStopped':
        return this.media.publisher.stopped(event.data.source, event.data);
      case 'consumerClosed':
        return this.media.subscriber.consumerClosed(event.data.consumerId);
      case 'layersWanted':
        return this.media.publisher.layersWanted(event.data);
      case 'republish':
        return this.media.republish(event.data.source, event.data.codec);
      case 'mediaReset':
        return this.#setUpMedia(() => this.media.reset(event.data.transports, this.role));
      case 'receiveReset':
        return this.#setUpMedia(() => this.media.resetReceiving(event.data.recv));
      case 'blocked':
        return this.#setBlocked(event.data);
      case 'customMessage':
        return this.messages.receive(event.data);
      case 'ended':
      case 'resumeToken':
        return this.#tools.onStayEvent(event);
      default:
        return this.users.apply(event);
    }
  }

  /** What is captured and sent stays as it is: the server passes it on to nobody. */
  #setBlocked(blocked: Blocked): void {
    if (sameBlock(blocked, this.#blocked)) return;
    this.#blocked = blocked;
    this.#tools.observer.onBlocked(blocked);
  }

  /** The server was asked for another room: until it answers, nothing new is begun. */
  hold(): void {
    this.media.hold();
    this.messages.suspend();
  }

  /** The room is not left after all. */
  goOn(): void {
    this.#early = [];
    this.role.resume(this.role.role);
    this.media.goOn(this.role);
    this.messages.goOn();
    this.permission.resume();
    this.crossRoom.resume();
  }

  /** The stay goes on in another room, with what the user captures and nothing else. @returns who was in this one. */
  leave(): readonly string[] {
    const { userIds } = this.users;
    this.users.clear();
    this.messages.forget();
    for (const userId of userIds) this.sei.userLeft(userId);
    this.media.leave();
    return userIds;
  }

  /** The link is down. */
  suspend(): void {
    this.#early = [];
    this.media.suspend();
    this.messages.suspend();
  }

  /** Nothing new is begun, and nothing more is told of others. */
  closeIntake(): void {
    this.#early = [];
    this.role.close();
    this.permission.close();
    this.crossRoom.close();
    this.users.clear();
    this.messages.close();
    this.sei.close();
    this.media.closeIntake();
  }

  /** Final. Idempotent. */
  close(): void {
    this.closeIntake();
    this.media.close();
  }

  #listenToUsers(): void {
    const { events } = this.users;
    events.on('stream', (userId, source) => this.media.subscriber.streamChanged(userId, source));
    events.on('userLeft', (userId) => {
      this.media.subscriber.forgetUser(userId);
      this.messages.userLeft(userId);
      this.sei.userLeft(userId);
    });
  }

  #setUpMedia(setUp: () => void): void {
    try {
      setUp();
    } catch (error) {
      this.#tools.log.error({ err: error }, 'could not set up media');
      this.#tools.onFault(new TRTCError('ERR_NOT_SUPPORTED', 'this browser could not set up media'));
    }
  }
}
