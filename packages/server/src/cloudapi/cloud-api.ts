import { randomUUID } from 'node:crypto';
import type { Clock, Log } from '@rotunda/base';
import {
  CloudApiError,
  roomKeyText,
  type CloudApiCall,
  type CloudApiErrorCode,
  type Timers,
} from '@rotunda/protocol';
import type { AppRegistry } from '../auth/apps.ts';
import type { SignedRequest } from '../auth/cloudapi-request.ts';
import { RoomLogUnavailableError } from '../roomlog/port.ts';
import type { Membership } from '../roomlog/membership-port.ts';
import { actionLabel, readRequest } from './parse.ts';
import type { CloudApiMetrics, Told } from './port.ts';

/** What every answer looks like (docs/trtc.md 5.1). */
export interface Envelope {
  readonly Response: {
    readonly Error?: { readonly Code: CloudApiErrorCode; readonly Message: string };
    readonly RequestId: string;
  };
}

export interface CloudApiContext {
  readonly apps: AppRegistry;
  readonly membership: Pick<Membership, 'removeUsers' | 'dismiss'>;
  readonly told: Told;
  readonly timers: Pick<Timers, 'toldBudget'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: CloudApiMetrics;
}

/** How a backend talks to this server: Tencent Cloud API 3.0, without the HTTP around it. */
export class CloudApi {
  readonly #context: CloudApiContext;

  constructor(context: CloudApiContext) {
    this.#context = context;
  }

  /** Does what the request asks for. Never rejects; an answer without Error means done, and that the victims know. */
  async handle(request: SignedRequest): Promise<Envelope> {
    const { apps, clock, log } = this.#context;
    const requestId = randomUUID();
    try {
      const call = readRequest(request, { apps, nowSeconds: clock.now() / 1000 });
      await this.#perform(call, requestId);
      this.#count(request, 'OK');
      return { Response: { RequestId: requestId } };
    } catch (error) {
      const answer = toAnswer(error);
      if (!(error instanceof CloudApiError)) log.error({ err: error, requestId }, 'a Cloud API call failed');
      this.#count(request, answer.code);
      return errorEnvelope(answer, requestId);
    }
  }

  async #perform(call: CloudApiCall, requestId: string): Promise<void> {
    const { membership, told, timers, log } = this.#context;
    const outcome =
      call.effect === 'remove'
        ? await membership.removeUsers(call.key, call.userIds, 'removed')
        : await membership.dismiss(call.key);
    if (!outcome.ok) throw new CloudApiError('FailedOperation.RoomNotExist', 'The room does not exist.');
    await told.waitUntilTold(outcome.sessionIds, timers.toldBudget);
    const { effect, userIds } = call;
    log.info(
      { requestId, room: roomKeyText(call.key), effect, userIds, ended: outcome.sessionIds.length },
      'Cloud API call done',
    );
  }

  #count(request: SignedRequest, code: string): void {
    this.#context.metrics?.cloudApiRequest({ action: actionLabel(request), code });
  }
}

export function errorEnvelope(
  answer: { code: CloudApiErrorCode; message: string },
  requestId: string = randomUUID(),
): Envelope {
  return { Response: { Error: { Code: answer.code, Message: answer.message }, RequestId: requestId } };
}

function toAnswer(error: unknown): { code: CloudApiErrorCode; message: string } {
  if (error instanceof CloudApiError) return error;
  if (error instanceof RoomLogUnavailableError)
    return { code: 'ServiceUnavailable', message: 'The room service cannot be reached for now: try again.' };
  return { code: 'InternalError', message: 'An internal error occurred: try again.' };
}
