import {
  EXTENSIONS,
  EXTENSIONS_PATH,
  EXTENSION_ERRORS,
  errorsOf,
  extensionErrorSchema,
  type ExtensionName,
} from '@rotunda/protocol/extensions';
import { z } from 'zod';

/** The operations as an OpenAPI 3.1 document, made of the schemas that requests are checked with, and of the table of errors. */
export function openApiDocument(): object {
  const names = Object.keys(EXTENSIONS) as ExtensionName[];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rotunda',
      version: '1',
      description: "Operations of Rotunda's own. What TRTC has too is in the Cloud API.",
    },
    paths: Object.fromEntries(names.map((name) => [`${EXTENSIONS_PATH}${name}`, { post: describe(name) }])),
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

function describe(name: ExtensionName): object {
  const { summary, params, result } = EXTENSIONS[name];
  return {
    operationId: name,
    summary,
    security: [{ tc3: [] }],
    requestBody: { required: true, content: asJson(params, 'input') },
    responses: { 200: { description: 'Done.', content: asJson(result, 'output') }, ...refusals(name) },
  };
}

/** By status, each with the codes that it may come with. */
function refusals(name: ExtensionName): Record<number, object> {
  const errors = errorsOf(name);
  const statuses = new Set(errors.map((code) => EXTENSION_ERRORS[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const codes = errors.filter((code) => EXTENSION_ERRORS[code].status === status);
      const description = codes.map((code) => `\`${code}\`: ${EXTENSION_ERRORS[code].when}`).join('\n\n');
      return [status, { description, content: asJson(errorOf(codes), 'output') }];
    }),
  );
}

function errorOf(codes: readonly string[]): z.ZodType {
  const { error } = extensionErrorSchema.shape;
  return z.object({ error: error.extend({ code: z.enum(codes) }) });
}

function asJson(schema: z.ZodType, io: 'input' | 'output'): object {
  return { 'application/json': { schema: z.toJSONSchema(schema, { io }) } };
}
