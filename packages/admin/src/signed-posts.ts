import { EXTENSIONS_PATH, EXTENSIONS_SERVICE, type ExtensionName } from '@rotunda/protocol/extensions';
import { signTc3Post } from '@rotunda/protocol/tc3';
import { RotundaAdminError, type RotundaAdminFault } from './errors.ts';

/** How long an answer may take, in milliseconds, if nothing else is said. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** What a timer can wait for. */
const MAX_TIMEOUT_MS = 0x7fff_ffff;

export interface RotundaAdminOptions {
  /** Of the server, e.g. `https://rotunda.example.org`. With a path if a proxy serves it below one: it takes the path off. */
  readonly url: string;
  /** A key pair of the Cloud API (`apps[].cloudApi`). */
  readonly secretId: string;
  readonly secretKey: string;
  /** How long an answer may take, in milliseconds; 10 seconds if it is not given. */
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  /** Null if it is not JSON. */
  readonly json: unknown;
}

/** Posts to a server, signed with a key pair. */
export class SignedPosts {
  readonly #url: URL;
  /** Without a slash at its end. */
  readonly #base: string;
  readonly #key: { readonly secretId: string; readonly secretKey: string };
  readonly #timeoutMs: number;

  /** @throws TypeError that says which option is wrong */
  constructor({ url, secretId, secretKey, timeoutMs = DEFAULT_TIMEOUT_MS }: RotundaAdminOptions) {
    this.#url = readUrl(url);
    this.#base = `${this.#url.origin}${this.#url.pathname}`.replace(/\/+$/, '');
    if (!isText(secretId) || !/^[^/,\s]+$/.test(secretId))
      throw new TypeError('secretId must be that of a key pair of the Cloud API');
    if (!isText(secretKey)) throw new TypeError('secretKey must be a text');
    if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS)
      throw new TypeError(`timeoutMs must be a whole number from 1 to ${MAX_TIMEOUT_MS}`);
    this.#key = { secretId, secretKey };
    this.#timeoutMs = timeoutMs;
  }

  /** @throws RotundaAdminError if there is no answer */
  async post(name: ExtensionName, params: unknown, signal?: AbortSignal): Promise<Answer> {
    const body = Buffer.from(JSON.stringify(params));
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await fetch(`${this.#base}${EXTENSIONS_PATH}${name}`, {
        method: 'POST',
        headers: this.#sign(name, body),
        body,
        // What was signed is for this server.
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      return { status: response.status, json: parseJson(await response.text()) };
    } catch (cause) {
      throw this.#failure(cause, { isAborted: signal?.aborted === true, isLate: timeout.aborted });
    }
  }

  /** The path is that which the server sees. */
  #sign(name: ExtensionName, body: Buffer): Record<string, string> {
    const { host: _, ...headers } = signTc3Post({
      host: this.#url.host,
      path: `${EXTENSIONS_PATH}${name}`,
      service: EXTENSIONS_SERVICE,
      contentType: 'application/json',
      body,
      key: this.#key,
      nowSeconds: Date.now() / 1_000,
    });
    return headers;
  }

  #failure(
    cause: unknown,
    { isAborted, isLate }: { isAborted: boolean; isLate: boolean },
  ): RotundaAdminError {
    const server = `The server at ${this.#url.origin}`;
    const [code, message]: [RotundaAdminFault, string] = isAborted
      ? ['Aborted', 'The call was aborted.']
      : isLate
        ? ['TimedOut', `${server} has not answered within ${this.#timeoutMs} ms.`]
        : ['Unreachable', `${server} does not answer: ${reasonOf(cause)}.`];
    return new RotundaAdminError({ code, status: null, message, cause });
  }
}

/** @throws TypeError */
function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (!url || !/^https?:$/.test(url.protocol) || !isPlain)
    throw new TypeError(
      'url must be the address of a server, such as https://rotunda.example.org, without credentials, query and fragment',
    );
  return url;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** `fetch` says no more than that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return error.message || ('code' in error ? String(error.code) : error.name);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
