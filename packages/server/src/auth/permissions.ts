import type { Clock } from '@rotunda/base';
import { TRTCError, type RoomKey, type RoomName, type Source } from '@rotunda/protocol';
import {
  ALL_PRIVILEGES,
  PRIVILEGES,
  genPrivateMapKey,
  verifyPrivateMapKey,
} from '@rotunda/protocol/private-map-key';
import type { AppRegistry } from './apps.ts';

const SEND: Record<Source, number> = {
  audio: PRIVILEGES.sendAudio,
  video: PRIVILEGES.sendVideo,
  sub: PRIVILEGES.sendSub,
};
const RECEIVE: Record<Source, number> = {
  audio: PRIVILEGES.receiveAudio,
  video: PRIVILEGES.receiveVideo,
  sub: PRIVILEGES.receiveSub,
};
const EVERYTHING_BUT_CREATE = ALL_PRIVILEGES & ~PRIVILEGES.createRoom;

/** What a stay may do in its room: what its permission ticket said when it was shown. It lasts as long as the stay. */
export class Permission {
  /** Of an application without permission tickets. */
  static readonly ALL = new Permission(ALL_PRIVILEGES);
  /** Sum of the bits of PRIVILEGES. */
  readonly privileges: number;
  /** The ticket that it comes from, if there was one. */
  readonly ticket: string | null;

  constructor(privileges: number, ticket: string | null = null) {
    this.privileges = privileges;
    this.ticket = ticket;
  }

  get mayCreate(): boolean {
    return this.#has(PRIVILEGES.createRoom);
  }

  maySend(source: Source): boolean {
    return this.#has(SEND[source]);
  }

  mayReceive(source: Source): boolean {
    return this.#has(RECEIVE[source]);
  }

  /** Whether it suffices to take the streams of another room along, and to bring one's own there. */
  get mayLink(): boolean {
    return this.#has(EVERYTHING_BUT_CREATE);
  }

  #has(bits: number): boolean {
    return (this.privileges & bits) === bits;
  }
}

/** Who wants to be in which room, and the ticket that allows it. */
export interface PermissionClaim {
  readonly key: RoomKey;
  readonly userId: string;
  readonly privateMapKey?: string | undefined;
}

/** Decides what users may do in rooms, for the applications that require permission tickets (docs/trtc.md 1.3). */
export class Permissions {
  readonly #apps: AppRegistry;
  readonly #clock: Clock;

  constructor({ apps, clock }: { apps: AppRegistry; clock: Clock }) {
    this.#apps = apps;
    this.#clock = clock;
  }

  requiredBy(sdkAppId: number): boolean {
    return this.#apps.find(sdkAppId)?.privateMapKey === 'required';
  }

  /** What the ticket allows now. @throws TRTCError -100006 when it does not even allow to be in the room. */
  check({ key, userId, privateMapKey }: PermissionClaim): Permission {
    const app = this.#apps.find(key.sdkAppId);
    if (app?.privateMapKey !== 'required') return Permission.ALL;
    if (!privateMapKey) throw denied('this application requires privateMapKey');
    const verdict = verifyPrivateMapKey(privateMapKey, {
      key,
      userId,
      sdkAppId: key.sdkAppId,
      secretKey: app.secretKey,
      nowSeconds: this.#clock.now() / 1000,
    });
    if (!verdict.ok) throw denied(verdict.message);
    const { privileges } = verdict;
    if (!(privileges & PRIVILEGES.enterRoom)) throw denied('privateMapKey does not allow to enter the room');
    return new Permission(privileges, privateMapKey);
  }

  /** @returns a ticket for everything, or null when the application requires none. */
  issue(request: { sdkAppId: number; userId: string; room: RoomName; expireSeconds: number }): string | null {
    const app = this.#apps.find(request.sdkAppId);
    if (app?.privateMapKey !== 'required') return null;
    const { secretKey } = app;
    return genPrivateMapKey({ ...request, secretKey, privileges: ALL_PRIVILEGES, now: this.#clock.now() });
  }
}

export function denied(message: string): TRTCError {
  return new TRTCError('ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR', message);
}
