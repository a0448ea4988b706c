import { EXTENSIONS_PATH } from '@rotunda/protocol/extensions';
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

interface Body {
  readonly content: { readonly 'application/json': { readonly schema: AnySchema } };
}
interface Described {
  readonly operationId: string;
  readonly requestBody: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

/** The document that a server serves of its operations, and what is held against it. */
export class ServedDocument {
  readonly #ajv = new Ajv2020({ strict: true, allErrors: true });
  readonly #checks = new Map<AnySchema, ValidateFunction>();
  readonly json: { readonly openapi: string; readonly paths: Record<string, { readonly post: Described }> };
  /** Operation and status of each answer that was held against it. */
  readonly held = new Set<string>();

  private constructor(json: ServedDocument['json']) {
    this.json = json;
  }

  static async of(url: string): Promise<ServedDocument> {
    const response = await fetch(`${url}${EXTENSIONS_PATH}openapi.json`);
    return new ServedDocument((await response.json()) as ServedDocument['json']);
  }

  /** Fails for an answer that the document does not have. */
  async holds(name: string, response: Response): Promise<void> {
    const { status } = response;
    const described = this.json.paths[`${EXTENSIONS_PATH}${name}`]?.post.responses[status];
    expect(described, `${name} answers ${status}, of which the document says nothing`).toBeDefined();
    const [type] = Object.keys(described!.content);
    expect(response.headers.get('content-type')).toMatch(new RegExp(`^${type}\\b`));
    const body: unknown = await response.clone().json();
    expect(this.#faults(described!, body), `${name} ${status}: ${JSON.stringify(body)}`).toEqual([]);
    this.held.add(`${name} ${status}`);
  }

  /** Whether the document lets this be asked. */
  takes(name: string, params: unknown): boolean {
    return this.#faults(this.json.paths[`${EXTENSIONS_PATH}${name}`]!.post.requestBody, params).length === 0;
  }

  #faults(described: Body, value: unknown): string[] {
    const { schema } = described.content['application/json'];
    const check = this.#checks.get(schema) ?? this.#ajv.compile(schema);
    this.#checks.set(schema, check);
    if (check(value) === true) return [];
    return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
  }
}

/**
 * Holds every answer of an operation that is fetched in this process against the document, whoever fetches it.
 *
 * @returns what ends that
 */
export function holdAnswers(document: ServedDocument): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = async (target, init) => {
    const response = await real(target, init);
    const { pathname } = new URL(target instanceof Request ? target.url : target);
    const name = pathname.startsWith(EXTENSIONS_PATH) ? pathname.slice(EXTENSIONS_PATH.length) : '';
    if (pathname in document.json.paths) await document.holds(name, response);
    return response;
  };
  return () => {
    globalThis.fetch = real;
  };
}
