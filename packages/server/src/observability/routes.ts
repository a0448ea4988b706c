import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';

/** `/metrics` for Prometheus, `/healthz` (the process answers) and `/readyz` (it can take users). */
export function registerObservability(
  app: FastifyInstance,
  state: { metrics: Metrics; ready(): boolean },
): void {
  app.get('/metrics', async (_request, reply) => {
    const text = await state.metrics.text();
    return reply.type(state.metrics.contentType).send(text);
  });
  app.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));
  app.get('/readyz', (_request, reply) =>
    state.ready() ? reply.send({ status: 'ready' }) : reply.code(503).send({ status: 'stopping' }),
  );
}
