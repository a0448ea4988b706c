import type { Log } from '@rotunda/base';
import { TRTC_ERRORS, type Source } from '@rotunda/protocol';
import type { LocalMedia } from './local-media.ts';
import { describeMediaFailure } from './media-failure.ts';
import type { EmitRoomEvent } from './relay.ts';
import type { RemoteMedia } from './remote-media.ts';

export interface MediaFailuresTools {
  readonly log: Log;
  readonly local: LocalMedia;
  readonly remote: RemoteMedia;
  readonly emit: EmitRoomEvent;
}

/** What is done and told when a stream, or what rides on it, cannot be sent or received. */
export class MediaFailures {
  readonly #tools: MediaFailuresTools;

  constructor(tools: MediaFailuresTools) {
    this.#tools = tools;
  }

  /** A refused screen share is closed, so that nothing is captured that nobody sees. */
  publishRefused(source: Source, { code, message }: { code: number; message: string }): void {
    const { local, emit } = this.#tools;
    emit('error', code, message);
    if (source !== 'sub' || !local.isStarted('sub')) return;
    local.stop('sub');
    emit('captureEnded', 'sub', null);
  }

  /** `userId` is empty for what is sent. */
  failed(userId: string, source: Source, error: unknown): void {
    const { log, remote, emit } = this.#tools;
    log.warn({ err: error, userId, source }, 'a stream could not be sent or received');
    if (userId && remote.onFailed(userId, source)) return;
    const failure = describeMediaFailure(userId, source, error);
    if (failure?.kind === 'warning') emit('warning', failure.code, failure.message, userId);
    else if (failure) emit('error', failure.code, failure.message);
  }

  /** Messages can neither be put into pictures nor be read. */
  seiMissing(): void {
    const message = 'this page cannot put messages into video, or read them';
    this.#tools.emit('warning', TRTC_ERRORS.ERR_NOT_SUPPORTED.code, message, '');
  }
}
