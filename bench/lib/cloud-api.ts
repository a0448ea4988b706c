import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { BENCH_APP } from './credentials.ts';

const ALGORITHM = 'TC3-HMAC-SHA256';
const SERVICE = 'trtc';
const SIGNED_HEADERS = 'content-type;host';
const CONTENT_TYPE = 'application/json';

interface Answer {
  readonly Response: { readonly Error?: { readonly Code: string; readonly Message: string } };
}

/**
 * A Cloud API caller that signs by itself (docs/trtc.md section 5.1): the official SDK takes longer to make a request
 * than the server to serve it. One connection is kept open, as a backend's would be.
 */
export class CloudApiCaller {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(serverUrl: string) {
    this.#url = new URL('/', serverUrl);
  }

  /** Resolves with `performance.now()` of the moment before signing and of the answer. Rejects if it has an Error. */
  async call(action: string, parameters: object): Promise<{ calledAt: number; answeredAt: number }> {
    const calledAt = performance.now();
    const payload = JSON.stringify({ SdkAppId: BENCH_APP.sdkAppId, ...parameters });
    const answer: Answer = JSON.parse(await this.#post(action, payload));
    const answeredAt = performance.now();
    const { Error: error } = answer.Response;
    if (error) {
      throw new Error(`${action}: ${error.Code} ${error.Message}`);
    }
    return { calledAt, answeredAt };
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(action: string, payload: string): Promise<string> {
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = {
      'Content-Type': CONTENT_TYPE,
      Host: this.#url.host,
      'Content-Length': Buffer.byteLength(payload),
      Authorization: authorization({ host: this.#url.host, payload, timestamp }),
      'X-TC-Action': action,
      'X-TC-Timestamp': String(timestamp),
      'X-TC-Version': '2019-07-22',
      'X-TC-Region': 'ap-guangzhou',
    };
    return new Promise((resolve, reject) => {
      const sent = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(payload);
    });
  }
}

function authorization({
  host,
  payload,
  timestamp,
}: {
  host: string;
  payload: string;
  timestamp: number;
}): string {
  const { secretId, secretKey } = BENCH_APP.cloudApi;
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${SERVICE}/tc3_request`;
  const canonicalRequest = [
    'POST',
    '/',
    '',
    `content-type:${CONTENT_TYPE}\nhost:${host}\n`,
    SIGNED_HEADERS,
    sha256(payload),
  ].join('\n');
  const toSign = [ALGORITHM, timestamp, scope, sha256(canonicalRequest)].join('\n');
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), SERVICE), 'tc3_request');
  const signature = hmac(key, toSign).toString('hex');
  return `${ALGORITHM} Credential=${secretId}/${scope}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
