import type { FastifyRequest } from 'fastify';

const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'] as const;

/**
 * Why a request must not reach the routes that hand out tickets and sign calls; null if it may. Only a program on this
 * machine, or a page that this server itself served on this machine, gets through: neither a name that was rebound to
 * 127.0.0.1, nor a proxy, nor another site's page in the developer's browser, nor a neighbour in the network who
 * writes "localhost" into the Host header.
 */
export function devRefusal(request: FastifyRequest): string | null {
  const { headers } = request;
  const host = headers.host ?? '';
  if (!isLoopbackHost(host)) return 'development routes answer only under localhost or a loopback address';
  if (!isLoopbackAddress(request.socket.remoteAddress ?? ''))
    return 'development routes answer only to this machine';
  if (PROXY_HEADERS.some((name) => headers[name] !== undefined))
    return 'development routes do not answer through a proxy';
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return 'development routes do not answer to other sites';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'development routes do not answer to other sites';
  return null;
}

/** `localhost`, `127.0.0.0/8` or `[::1]`, with or without a port. */
function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || isLoopbackIpv4(name);
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || isLoopbackIpv4(address.replace(/^::ffff:/, ''));
}

function isLoopbackIpv4(text: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(text);
}
