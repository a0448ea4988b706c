import type { RequestMethod, RequestParams, RequestResult } from '@rotunda/protocol';

/** Requests to the server, over whichever socket is the current one. Rejects with SignalClosedError when there is none. */
export interface Wire {
  request<M extends RequestMethod>(method: M, params: RequestParams<M>): Promise<RequestResult<M>>;
}
