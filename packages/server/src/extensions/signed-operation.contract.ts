import { signTc3Post } from '@rotunda/protocol/tc3';
import { APP } from '../signalling/wire.contract.ts';

/** A request that is ready to be fetched. */
export interface SignedPost {
  readonly url: string;
  readonly init: {
    readonly method: 'POST';
    readonly headers: Record<string, string>;
    readonly body: Buffer<ArrayBuffer>;
  };
}

/** A call of one of our own operations, signed as it should be but for what `how` says. */
export function signedOperation(
  serverUrl: string,
  name: string,
  body: Buffer<ArrayBuffer>,
  how: Partial<
    Pick<Parameters<typeof signTc3Post>[0], 'contentType' | 'service' | 'key' | 'nowSeconds'>
  > = {},
): SignedPost {
  const path = `/rotunda/v1/${name}`;
  const { host: _, ...headers } = signTc3Post({
    host: new URL(serverUrl).host,
    path,
    service: 'rotunda',
    contentType: 'application/json',
    body,
    key: APP.cloudApi,
    nowSeconds: Date.now() / 1_000,
    ...how,
  });
  return { url: `${serverUrl}${path}`, init: { method: 'POST', headers, body } };
}
