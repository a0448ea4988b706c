import type { Log } from '@rotunda/base';
import type { FastifyError, FastifyInstance } from 'fastify';

/** What fails in a route goes to the log; the client is told no inner detail. Mistakes of the client are its own. */
export function reportHttpErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    const [path] = request.url.split('?', 1);
    log.error({ err: error, method: request.method, path }, 'an HTTP request failed');
    return reply.code(status).send({ error: 'an internal error occurred' });
  });
}
