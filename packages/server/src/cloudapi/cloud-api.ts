import { randomUUID } from 'node:crypto';
import type { Clock } from '@rotunda/base';
import { CloudApiError, type CloudApiErrorCode } from '@rotunda/protocol/cloudapi';
import type { AppRegistry } from '../auth/apps.ts';
import type { SignedRequest } from '../auth/cloudapi-request.ts';
import type { ResponseFields } from './action.ts';
import type { CloudApiMetrics } from './port.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { ActionContext } from './registry.ts';
import { toRefusal, type Refusal } from './refusals.ts';
import { actionLabel, readForm, requireAction, requireSize, type RequestForm } from './request.ts';

/** What every answer looks like (docs/trtc.md 5.1). */
export interface Envelope {
  readonly Response: ResponseFields & {
    readonly Error?: { readonly Code: CloudApiErrorCode; readonly Message: string };
    readonly RequestId: string;
  };
}

export interface CloudApiContext extends ActionContext {
  readonly apps: AppRegistry;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly metrics?: CloudApiMetrics;
}

/** How a backend talks to this server: Tencent Cloud API 3.0, without the HTTP around it. */
export class CloudApi {
  readonly #context: CloudApiContext;

  constructor(context: CloudApiContext) {
    this.#context = context;
  }

  /** Does what the request asks for. Never rejects. */
  async handle(request: SignedRequest): Promise<Envelope> {
    const requestId = randomUUID();
    const form = readForm(request);
    const count = (code: string): void =>
      this.#context.metrics?.cloudApiRequest({ action: actionLabel(form), code });
    try {
      requireSize(request);
      const fields = await this.#perform(form, requestId);
      count('OK');
      return { Response: { ...fields, RequestId: requestId } };
    } catch (error) {
      const answer = toRefusal(error);
      if (!(error instanceof CloudApiError))
        this.#context.log.error({ err: error, requestId }, 'a Cloud API call failed');
      count(answer.code);
      return errorEnvelope(answer, requestId);
    }
  }

  async #perform(form: RequestForm, requestId: string): Promise<ResponseFields> {
    const { apps, limiter, clock } = this.#context;
    const { secretId, sdkAppIds } = form.verify(apps, clock.now() / 1000);
    const action = requireAction(form);
    limiter.admit({ secretId, action: form.action, limit: action.limit });
    const { sdkAppId, run } = action.prepare(form.parameters(action.parameters));
    if (sdkAppId !== null && !sdkAppIds.has(sdkAppId))
      throw new CloudApiError(
        'UnauthorizedOperation.SdkAppId',
        'The key pair does not belong to this SdkAppId.',
      );
    return run(this.#context, { requestId, sdkAppIds });
  }
}

export function errorEnvelope(answer: Refusal, requestId: string = randomUUID()): Envelope {
  return { Response: { Error: { Code: answer.code, Message: answer.message }, RequestId: requestId } };
}
