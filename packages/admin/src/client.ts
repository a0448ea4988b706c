import {
  EXTENSIONS,
  EXTENSIONS_PATH,
  EXTENSIONS_SERVICE,
  extensionErrorSchema,
  type ExtensionInput,
  type ExtensionName,
  type ExtensionResult,
} from '@rotunda/protocol/extensions';
import { signTc3Post } from '@rotunda/protocol/tc3';

/** How long an answer may take, in milliseconds, if nothing else is said. */
const DEFAULT_TIMEOUT_MS = 10_000;

export interface RotundaAdminOptions {
  /** Of the server, e.g. `https://rotunda.example.org`. */
  readonly url: string;
  /** A key pair of the Cloud API (`apps[].cloudApi`). */
  readonly secretId: string;
  readonly secretKey: string;
  /** How long an answer may take, in milliseconds; 10 seconds if it is not given. */
  readonly timeoutMs?: number;
}

/** The server said no, or nothing. */
export class RotundaAdminError extends Error {
  override readonly name = 'RotundaAdminError';
  /** The server's code, e.g. `FailedOperation.RoomNotExist`; `Unreachable` if there was no answer. */
  readonly code: string;
  /** Of the answer; null if there was none. */
  readonly status: number | null;

  constructor(refusal: { code: string; status: number | null; message: string; cause?: unknown }) {
    super(refusal.message, { cause: refusal.cause });
    this.code = refusal.code;
    this.status = refusal.status;
  }
}

/**
 * Rotunda's own operations, for a backend. Every method resolves with what the server answers, and rejects with
 * {@link RotundaAdminError}. What TRTC has too is done with Tencent's SDKs.
 */
export class RotundaAdmin {
  readonly #options: RotundaAdminOptions;

  constructor(options: RotundaAdminOptions) {
    this.#options = options;
  }

  /** Rooms that are open now, page by page. */
  listRooms(params: ExtensionInput<'listRooms'>): Promise<ExtensionResult<'listRooms'>> {
    return this.#call('listRooms', params);
  }

  /** Who is in a room now, page by page, with the audience of live rooms. */
  listMembers(params: ExtensionInput<'listMembers'>): Promise<ExtensionResult<'listMembers'>> {
    return this.#call('listMembers', params);
  }

  /** Removes users, with a reason that they are told, and keeps them out for a time. They have left when it resolves. */
  removeUsers(params: ExtensionInput<'removeUsers'>): Promise<ExtensionResult<'removeUsers'>> {
    return this.#call('removeUsers', params);
  }

  /** Keeps a user from entering for a time. Who is in the room stays. */
  blockEntry(params: ExtensionInput<'blockEntry'>): Promise<ExtensionResult<'blockEntry'>> {
    return this.#call('blockEntry', params);
  }

  /** Lets a user enter again. */
  unblockEntry(params: ExtensionInput<'unblockEntry'>): Promise<ExtensionResult<'unblockEntry'>> {
    return this.#call('unblockEntry', params);
  }

  /** Who may not enter now. */
  listEntryBlocks(params: ExtensionInput<'listEntryBlocks'>): Promise<ExtensionResult<'listEntryBlocks'>> {
    return this.#call('listEntryBlocks', params);
  }

  /** Event callbacks that could not be delivered, page by page. */
  listDeadLetters(params: ExtensionInput<'listDeadLetters'>): Promise<ExtensionResult<'listDeadLetters'>> {
    return this.#call('listDeadLetters', params);
  }

  /** Delivers dead letters again, all or some. */
  replayDeadLetters(
    params: ExtensionInput<'replayDeadLetters'>,
  ): Promise<ExtensionResult<'replayDeadLetters'>> {
    return this.#call('replayDeadLetters', params);
  }

  /** Posts one event to the receiver of an application, and says what it answered. */
  testCallback(params: ExtensionInput<'testCallback'>): Promise<ExtensionResult<'testCallback'>> {
    return this.#call('testCallback', params);
  }

  async #call<N extends ExtensionName>(name: N, params: ExtensionInput<N>): Promise<ExtensionResult<N>> {
    const { status, answer } = await this.#post(name, Buffer.from(JSON.stringify(params)));
    const result = status === 200 ? EXTENSIONS[name].result.safeParse(answer) : null;
    if (result?.success) return result.data as ExtensionResult<N>;
    const refusal = extensionErrorSchema.safeParse(answer).data?.error;
    throw new RotundaAdminError({
      status,
      code: refusal?.code ?? 'UnexpectedAnswer',
      message:
        refusal?.message ??
        `${name} was answered with status ${status}, and not by a Rotunda server of this version.`,
    });
  }

  async #post(name: ExtensionName, body: Buffer): Promise<{ status: number; answer: unknown }> {
    const { url, secretId, secretKey, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const path = `${EXTENSIONS_PATH}${name}`;
    const target = new URL(path, url);
    const { host: _, ...headers } = signTc3Post({
      host: target.host,
      path,
      service: EXTENSIONS_SERVICE,
      contentType: 'application/json',
      body,
      key: { secretId, secretKey },
      nowSeconds: Date.now() / 1_000,
    });
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(target, { method: 'POST', headers, body, signal });
      const text = await response.text();
      return { status: response.status, answer: parseJson(text) };
    } catch (cause) {
      const message = `The server at ${target.origin} does not answer.`;
      throw new RotundaAdminError({ code: 'Unreachable', status: null, message, cause });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
