import { TRTCError, TRTC_ERRORS, type TRTCAppScene, type TRTCRoleType } from '@rotunda/protocol';
import { parseEnterParams, parseRole } from '../enter-params.ts';
import type { TRTCParams } from '../params.ts';
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
