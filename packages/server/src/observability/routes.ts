import type { FastifyPluginCallback } from 'fastify';
import type { Metrics } from './metrics.ts';

/** A part without which the server cannot serve: its name, and whether it works now. */
export interface ReadyCheck {
  readonly name: string;
  readonly ready: () => boolean | Promise<boolean>;
}

/**
 * `/metrics` for Prometheus; `/healthz`: the process answers; `/readyz`: it can take users, else 503 with the names of
 * what cannot.
 */
export function observabilityRoutes(context: {
  readonly metrics: Metrics;
  readonly checks: readonly ReadyCheck[];
}): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/metrics', async (_request, reply) => {
      const text = await context.metrics.text();
      return reply.type(context.metrics.contentType).send(text);
    });
    app.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));
    app.get('/readyz', async (_request, reply) => {
      const failing = await failingChecks(context.checks);
      if (failing.length === 0) return reply.send({ status: 'ready' });
      return reply.code(503).send({ status: 'not ready', failing });
    });
    done();
  };
}

async function failingChecks(checks: readonly ReadyCheck[]): Promise<string[]> {
  const results = await Promise.all(
    checks.map(async ({ name, ready }) => {
      try {
        return { name, ok: await ready() };
      } catch {
        return { name, ok: false };
      }
    }),
  );
  return results.filter((result) => !result.ok).map((result) => result.name);
}
