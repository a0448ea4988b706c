import { createHash, createHmac } from 'node:crypto';
import type { CloudApiKey } from '../auth/apps.ts';
import type { SignedRequest } from '../auth/cloudapi-request.ts';

const HOST = 'localhost';
const SERVICE = 'trtc';
const CONTENT_TYPE = 'application/json';

/** A Cloud API request as a backend would sign it (docs/trtc.md 5.2), so that it passes the same checks. */
export function signedCall(call: {
  action: string;
  body: string;
  key: CloudApiKey;
  nowMs: number;
}): SignedRequest {
  const timestamp = String(Math.floor(call.nowMs / 1000));
  const date = new Date(call.nowMs).toISOString().slice(0, 10);
  const scope = `${date}/${SERVICE}/tc3_request`;
  const canonical = [
    'POST',
    '/',
    '',
    `content-type:${CONTENT_TYPE}\nhost:${HOST}\n`,
    'content-type;host',
    sha256(call.body),
  ].join('\n');
  const text = ['TC3-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n');
  const signingKey = [date, SERVICE, 'tc3_request'].reduce<string | Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    `TC3${call.key.secretKey}`,
  );
  const signature = createHmac('sha256', signingKey).update(text).digest('hex');
  const credential = `${call.key.secretId}/${scope}`;
  return {
    method: 'POST',
    path: '/',
    query: '',
    headers: {
      host: HOST,
      'content-type': CONTENT_TYPE,
      'x-tc-action': call.action,
      'x-tc-version': '2019-07-22',
      'x-tc-timestamp': timestamp,
      authorization: `TC3-HMAC-SHA256 Credential=${credential}, SignedHeaders=content-type;host, Signature=${signature}`,
    },
    body: Buffer.from(call.body),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
