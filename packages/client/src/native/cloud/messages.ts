import { copyBytes } from '../../messages/bytes.ts';
import { CloudScreen } from './screen.ts';

/** Messages to the room and data beside the video. */
export class CloudMessages extends CloudScreen {
  /**
   * Sends a message to everybody else in the room, the audience included, who get it by `onRecvCustomCmdMsg`. It is not kept:
   * who enters later does not get it.
   *
   * @param cmdId 1 to 10. Messages of one cmdId arrive in the order in which they were sent.
   * @param message up to 1024 bytes; text is sent as UTF-8. Who receives it by this SDK gets a text, also where bytes were sent: send other bytes
   * than UTF-8 as a text, such as base64, or by {@link sendSEIMsg}.
   * @param reliable send it again when the link was lost on the way, and tell receivers what they missed. Must equal `ordered`.
   * @returns false if nothing was sent: bad arguments, not in the room or without a link to it, an audience member, or over the
   * budget of a client (30 messages and 8192 bytes in a second, together with SEI messages).
   */
  sendCustomCmdMsg(
    cmdId: number,
    message: string | ArrayBuffer | ArrayBufferView,
    reliable: boolean,
    ordered: boolean,
  ): boolean {
    const bytes = copyBytes(message);
    const wishes = [reliable, ordered].filter(Boolean).length;
    if (!bytes || wishes === 1) return false;
    return this.core.room.sendMessage({ cmdId, bytes, reliable: wishes === 2 });
  }

  /**
   * Sends data with the next pictures of the camera, or of the shared screen while only that is sent; each layer carries it. Who receives the
   * picture gets it by `onRecvSEIMsg`, once, in the order sent, at about the time the picture shows. In H.264 it is an SEI unit (payload type 243)
   * that any receiver can read, in VP8 an addition of ours; VP9 carries none.
   *
   * Unless somebody listened to `onRecvSEIMsg` before entering, the first message begins the stream that carries it anew: the others see it end
   * and come again.
   *
   * Needs encoded transforms: Chromium 121, Firefox 117, Safari 15.4. A page whose Content-Security-Policy forbids workers from a blob (`worker-src
   * blob:`) can use them in Chromium only. Elsewhere: `onWarning(-4)`, once, and false.
   *
   * @param data up to 1024 bytes; what is no binary data is not sent.
   * @param repeatCount how many pictures in a row carry it, 1 to 30; more of them survive worse networks and cost more bitrate.
   * @returns false if nothing is sent: bad arguments, no picture of one's own is being sent or it is muted, or over the budget of a client (30
   * messages and 8192 bytes in a second, together with custom messages).
   */
  sendSEIMsg(data: ArrayBuffer | ArrayBufferView, repeatCount: number): boolean {
    const bytes = typeof data === 'string' ? null : copyBytes(data);
    if (!bytes || !Number.isFinite(repeatCount)) return false;
    return this.core.sei.send({ bytes, repeatCount: Math.round(repeatCount) });
  }
}
