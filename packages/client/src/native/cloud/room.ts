import { TRTCError, TRTC_ERRORS, type TRTCAppScene, type TRTCRoleType } from '@rotunda/protocol';
import { parseEnterParams, parseRole, parseSwitchParams } from '../enter-params.ts';
import type { TRTCParams, TRTCSwitchRoomParam } from '../params.ts';
import { CloudInstance } from './instance.ts';

/** Entering, leaving, roles. */
export class CloudRoom extends CloudInstance {
  /** Told by `onEnterRoom`; a failure also by `onError`. */
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

  /** Told by `onExitRoom`, also when there was nothing to leave. */
  exitRoom(): void {
    void this.core.exit();
  }

  /**
   * Leaves for another room of the same kind, with the same scene and role. Camera, microphone, screen and their previews go on,
   * and an anchor's streams with them, without a pause for the user: the old room sees a leave, the new one an enter. Neither
   * `onExitRoom` nor `onEnterRoom` comes. The views of users of the old room are gone; of those only who meets them again is told.
   * Several calls are done one after the other.
   *
   * Told by `onSwitchRoom(0, '')`, then the users and streams of the new room. Refused, `onSwitchRoom` has the code and the
   * user stays: -3316 without parameters, -3318 no such room or one of the other kind, -3320, -70001, -70003 or -70013 for the
   * ticket, -3340 already there, -100011 a room of another scene, -102052 a full one, -3 outside of rooms. If the new room
   * turns the user away when the old one has been left already, `onSwitchRoom(code)`, `onError(code)` and `onExitRoom(3)` follow.
   * Nothing is told if the stay ends meanwhile: `onExitRoom` says why.
   */
  switchRoom(params: TRTCSwitchRoomParam): void {
    try {
      this.core.switchRoom(parseSwitchParams(params));
    } catch (error) {
      const { code, message } = error instanceof TRTCError ? error : new TRTCError('ERR_INVALID_PARAMETER');
      this.later(() => this.fire('onSwitchRoom', code, message));
    }
  }

  /** Live scenes. Told by `onSwitchRole`. */
  switchRole(role: TRTCRoleType, privateMapKey?: string): void {
    try {
      const request = { role: parseRole(role), ...(privateMapKey ? { privateMapKey } : {}) };
      void this.core.switchRole(request).then((outcome) => {
        if (outcome?.kind === 'done') this.fire('onSwitchRole', 0, '');
        else if (outcome?.kind === 'refused') this.fire('onSwitchRole', outcome.code, outcome.message);
        else if (!outcome) this.fire('onSwitchRole', TRTC_ERRORS.ERR_REFUSED.code, 'enter a room first');
      });
    } catch {
      const { code, message } = TRTC_ERRORS.ERR_SERVER_INFO_BAD_SCENE_OR_ROLE;
      this.later(() => this.fire('onSwitchRole', code, message));
    }
  }

  /** Before `enterRoom`. Video is received for whom `startRemoteView` was called, whatever `autoRecvVideo` says. */
  setDefaultStreamRecvMode(autoRecvAudio: boolean, autoRecvVideo: boolean): void {
    void autoRecvVideo;
    this.core.audio.setAutomatic(autoRecvAudio);
  }
}
