import { copyBytes } from '../../messages/bytes.ts';
import { CloudScreen } from './screen.ts';

/** Messages to the room and data beside the video. */
export class CloudMessages extends CloudScreen {
  /**
   * Sends a message to everybody else in the room, the audience included, who get it by `onRecvCustomCmdMsg`. It is not kept:
   * who enters later does not get it.
   *
   * @param cmdId 1 to 10. Messages of one cmdId arrive in the order in which they were sent.
   * @param message up to 1024 bytes; text is sent as UTF-8.
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
    return this.core.sendMessage({ cmdId, bytes, reliable: wishes === 2 });
  }
}
