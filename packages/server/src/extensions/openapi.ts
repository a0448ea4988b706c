import { EXTENSIONS, EXTENSIONS_PATH, extensionErrorSchema } from '@rotunda/protocol/extensions';
import { z } from 'zod';

const ERROR_STATUSES = {
  400: 'A parameter is missing or wrong.',
  401: 'The signature is missing, wrong, or older than 5 minutes.',
  403: 'The key pair belongs to other applications.',
  404: 'The room does not exist.',
  429: 'There were too many requests of this operation with this key pair.',
  503: 'The server cannot reach what it keeps its rooms in: try again.',
} as const;

/** The operations as an OpenAPI 3.1 document, made of the schemas that requests are checked with. */
export function openApiDocument(): object {
  const error = { content: { 'application/json': { schema: z.toJSONSchema(extensionErrorSchema) } } };
  const errors = Object.fromEntries(
    Object.entries(ERROR_STATUSES).map(([status, description]) => [status, { description, ...error }]),
  );
  const paths = Object.entries(EXTENSIONS).map(([name, { summary, params, result }]) => [
    `${EXTENSIONS_PATH}${name}`,
    {
      post: {
        operationId: name,
        summary,
        security: [{ tc3: [] }],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: z.toJSONSchema(params, { io: 'input' }) } },
        },
        responses: {
          200: {
            description: 'Done.',
            content: { 'application/json': { schema: z.toJSONSchema(result) } },
          },
          ...errors,
        },
      },
    },
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rotunda',
      version: '1',
      description: "Operations of Rotunda's own. What TRTC has too is in the Cloud API.",
    },
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        tc3: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            'TC3-HMAC-SHA256, as in the Cloud API, with the same key pairs: the path is that of the operation, the service is rotunda, and X-TC-Timestamp has the time.',
        },
      },
    },
  };
}
