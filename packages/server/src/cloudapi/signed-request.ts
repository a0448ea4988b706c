import type { FastifyRequest } from 'fastify';
import type { SignedRequest } from '../auth/cloudapi-request.ts';

/** A request as its signature sees it. Its body must have been left as it came. */
export function toSigned(request: FastifyRequest): SignedRequest {
  return {
    method: request.method,
    ...splitUrl(request.raw.url),
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

/** The query is without its question mark, and empty if there is none. */
export function splitUrl(url = '/'): { path: string; query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}
