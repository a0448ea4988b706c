import { TRTC_ERRORS, type TRTCVideoStreamType } from '@rotunda/protocol';
import { toSource } from '../video-params.ts';
import { CloudRemoteVideo } from './remote-video.ts';

/** What is done with pictures, one's own and those of others. */
export class CloudPicture extends CloudRemoteVideo {
  /**
   * Takes the picture that a user's stream has now, in the size in which it arrives and neither turned nor mirrored; an empty
   * `userId` means one's own, as it is captured. `onSnapshotComplete` brings it; if there is no picture, `onError(-3)` and then
   * `onSnapshotComplete` without one.
   */
  snapshotVideo(userId: string, type: TRTCVideoStreamType): void {
    const { local, views } = this.core;
    const source = toSource(type);
    const snapshot = userId === '' ? local.snapshot(source) : views.snapshot(userId, source);
    this.later(() => {
      if (!snapshot) this.fire('onError', TRTC_ERRORS.ERR_REFUSED.code, 'there is no picture to take');
      const { data, width, height } = snapshot ?? { data: '', width: 0, height: 0 };
      this.fire('onSnapshotComplete', userId, type, data, width, height);
    });
  }
}
