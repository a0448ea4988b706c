import { TRTCError, TRTC_ERRORS, type TRTCAppScene, type TRTCRoleType } from '@rotunda/protocol';
import type { RequestOutcome } from '../../session/request-queue.ts';
import {
  parseEnterParams,
  parseOtherRoom,
  parsePermission,
  parseRole,
  parseSwitchParams,
} from '../enter-params.ts';
import type { TRTCParams, TRTCSwitchRoomParam } from '../params.ts';
import { CloudInstance } from './instance.ts';

/** Entering, leaving, roles, other rooms. */
export class CloudRoom extends CloudInstance {
  /**
   * Enters a room, which comes to life with its first user. Told by `onEnterRoom`: the milliseconds that it took, then one
   * `onRemoteUserEnterRoom` for each user who may send and is there, and what is available of them. Camera and microphone that are open
   * already are sent from then on.
   *
   * Refused, `onEnterRoom` and `onError` have the code: -3316 without parameters, -3317 for the application, -3318 the room, -3319 the
   * user, -3320 or one of -70001, -70003, -70013, -70014 and -70252 for the ticket, -100006 for the permission ticket, -100011 for the
   * scene or the role, -102052 for a full room, -3308 when the server does not answer, -3340 when a stay is going on.
   */
  enterRoom(params: TRTCParams, scene: TRTCAppScene): void {
    try {
      this.core.enter(parseEnterParams(params, scene));
    } catch (error) {
      const { code, message } = error instanceof TRTCError ? error : new TRTCError('ERR_ROOM_ENTER_FAIL');
      this.later(() => {
        this.fire('onEnterRoom', code);
        this.fire('onError', code, message);
      });
    }
  }

  /**
   * Leaves the room, also while it is being entered. The others are told at once; camera, microphone and screen are closed; then comes
   * `onExitRoom(0)`, last and within about a second, also when the server cannot be reached or there was nothing to leave. No
   * `onScreenCaptureStopped` comes for a screen that this closes. Until `onExitRoom` no device can be started: `onError(-1301)` for a camera,
   * -1302 for a microphone.
   */
  exitRoom(): void {
    void this.core.exit();
  }

  /**
   * Leaves for another room of the same kind, with the same scene and role. Camera, microphone, screen and their previews go on,
   * and an anchor's streams with them, without a pause for the user: the old room sees a leave, the new one an enter. Neither
   * `onExitRoom` nor `onEnterRoom` comes. The views of users of the old room are gone, and
   * mutes and volumes of theirs; of those only who meets them again is told. What was said of users who were not there, and of everybody
   * (`muteAllRemoteAudio`, `muteAllRemoteVideoStreams`, `setDefaultStreamRecvMode`), holds in the new room.
   * Several calls are done one after the other.
   *
   * Told by `onSwitchRoom(0, '')`, then the users and streams of the new room. Refused, `onSwitchRoom` has the code and the
   * user stays: -3316 without parameters, -3318 no such room or one of the other kind, -3320, -70001, -70003 or -70013 for the
   * ticket, -100006 for the permission ticket, which is one of the new room, -3340 already there, -100011 a room of another scene, -102052 a full one, -3 outside of rooms and while 16 calls wait. If the new room
   * turns the user away when the old one has been left already, `onSwitchRoom(code)`, `onError(code)` and `onExitRoom(3)` follow.
   * Nothing is told if the stay ends meanwhile: `onExitRoom` says why.
   */
  switchRoom(params: TRTCSwitchRoomParam): void {
    try {
      this.core.room.switchRoom(parseSwitchParams(params));
    } catch (error) {
      const { code, message } = error instanceof TRTCError ? error : new TRTCError('ERR_INVALID_PARAMETER');
      this.later(() => this.fire('onSwitchRoom', code, message));
    }
  }

  /**
   * Anchor or audience, in live scenes. As audience nothing is sent any more, and the others see a leave with reason 3; as anchor, what
   * is open is sent. Told by `onSwitchRole`: 0, or -100011 for a role that there is not, -100006 for the permission ticket, -3 outside
   * of rooms and while 16 calls wait.
   *
   * Where the application requires permission tickets, who becomes an anchor must have one that is valid now: `privateMapKey`, or the
   * newest that the user has shown before. If it is not, `onSwitchRole(-100006)`, `onError(-100006)` and `onExitRoom(1)` follow.
   */
  switchRole(role: TRTCRoleType, privateMapKey?: string): void {
    try {
      const request = { role: parseRole(role), ...parsePermission(privateMapKey) };
      this.#tell(this.core.room.switchRole(request), (...result) => this.fire('onSwitchRole', ...result));
    } catch (error) {
      const { code, message } =
        error instanceof TRTCError ? error : new TRTCError('ERR_SERVER_INFO_BAD_SCENE_OR_ROLE');
      this.later(() => this.fire('onSwitchRole', code, message));
    }
  }

  /**
   * Links the user, an anchor, with an anchor of another room of the same kind of id: `{"roomId": 2, "userId": "bob"}` or
   * `{"strRoomId": "two", "userId": "bob"}`. Each is then seen and heard in the other's room as one of its users, by
   * `onRemoteUserEnterRoom` and what is available, until one of the two disconnects, leaves its room in any way, becomes audience, or is
   * removed from either room: then the streams become unavailable, and `onRemoteUserLeaveRoom` follows. Both stay in their rooms. Several
   * links may be there at once.
   *
   * Where the application requires permission tickets, `"privateMapKey"` is one of the other room, for everything but its creation.
   *
   * Told by `onConnectOtherRoom(userId, 0, '')`, also when the two are linked already. Refused, it has the code: -3 outside of
   * rooms and while 16 calls wait, -3328 for malformed parameters or the room where the user is, -3330 for audience, -102031 a room of the other kind, -102046 no
   * such room, -102048 no such anchor, -102032 or -102047 when this or the other room has 10 guests, -100006 for the permission ticket, -102044 when one of the
   * rooms has another user of that name.
   */
  connectOtherRoom(params: string): void {
    const { userId, anchor } = parseOtherRoom(params);
    const told = (code: number, message: string): void =>
      this.fire('onConnectOtherRoom', userId, code, message);
    if (anchor) {
      this.#tell(this.core.room.crossRoom?.connect(anchor), told);
    } else {
      const { code, message } = TRTC_ERRORS.ERR_ROOM_REQUEST_CONN_ROOM_INVALID_PARAM;
      this.later(() => told(code, message));
    }
  }

  /**
   * Ends all links of the user, whoever asked for them. Told by `onDisconnectOtherRoom(0, '')`, also when there was none; -3 outside of
   * rooms and while 16 calls wait, -3330 for audience. Links that end in another way are not told by it, but as the leave of the other anchor.
   */
  disconnectOtherRoom(): void {
    this.#tell(this.core.room.crossRoom?.disconnect(), (...result) =>
      this.fire('onDisconnectOtherRoom', ...result),
    );
  }

  /**
   * What is received without being asked for; counts from the next `enterRoom` on. At first both are true.
   *
   * `autoRecvAudio` false: a user is heard after `muteRemoteAudio(userId, false)`. `autoRecvVideo` true: the big picture of a user is
   * received as soon as it is available, of 6 users at most at a time, so that `startRemoteView` has something to show at once; it is
   * dropped if that is not called within 5 s. With false nothing of it is received before.
   */
  setDefaultStreamRecvMode(autoRecvAudio: boolean, autoRecvVideo: boolean): void {
    this.core.ahead.automatic = autoRecvVideo;
    this.core.audio.setAutomatic(autoRecvAudio);
  }

  /** Nothing is told if the stay ended first. */
  #tell(
    outcome: Promise<RequestOutcome | null> | undefined,
    told: (code: number, message: string) => void,
  ): void {
    void Promise.resolve(outcome).then((result) => {
      if (!result) told(TRTC_ERRORS.ERR_REFUSED.code, 'enter a room first');
      else if (result.kind === 'done') told(0, '');
      else if (result.kind === 'refused') told(result.code, result.message);
    });
  }
}
