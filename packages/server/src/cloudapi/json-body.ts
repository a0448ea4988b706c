import { CloudApiError } from '@rotunda/protocol/cloudapi';

/** @throws CloudApiError InvalidParameter */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new CloudApiError('InvalidParameter', 'The request body is not valid JSON.');
  }
}
