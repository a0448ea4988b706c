import {
  EXTENSIONS,
  extensionErrorSchema,
  type ExtensionInput,
  type ExtensionName,
  type ExtensionResult,
} from '@rotunda/protocol/extensions';
import { RotundaAdminError } from './errors.ts';
import { SignedPosts, type RotundaAdminOptions } from './signed-posts.ts';

/** Of one call. */
export interface RotundaAdminCall {
  /** Ends the call, which then rejects with `Aborted`. What the server has begun, it does all the same. */
  readonly signal?: AbortSignal;
}

/**
 * Rotunda's own operations, for a backend. Every method resolves with what the server answers, and rejects with
 * {@link RotundaAdminError}. What TRTC has too is done with Tencent's SDKs.
 */
export class RotundaAdmin {
  readonly #posts: SignedPosts;

  /** @throws TypeError that says which option is wrong */
  constructor(options: RotundaAdminOptions) {
    this.#posts = new SignedPosts(options);
  }

  /** Rooms that are open now, page by page. */
  listRooms(
    params: ExtensionInput<'listRooms'>,
    call?: RotundaAdminCall,
  ): Promise<ExtensionResult<'listRooms'>> {
    return this.#call('listRooms', params, call);
  }

  /** Who is in a room now, page by page, with the audience of live rooms. */
  listMembers(
    params: ExtensionInput<'listMembers'>,
    call?: RotundaAdminCall,
  ): Promise<ExtensionResult<'listMembers'>> {
    return this.#call('listMembers', params, call);
  }

  /** Removes users, with a reason that they are told, and keeps them out for a time. They have left when it resolves. */
  removeUsers(
    params: ExtensionInput<'removeUsers'>,
    call?: RotundaAdminCall,
  ): Promise<ExtensionResult<'removeUsers'>> {
    return this.#call('removeUsers', params, call);
  }

  /** Keeps a user from entering for a time. Who is in the room stays. */
  blockEntry(
    params: ExtensionInput<'blockEntry'>,
    call?: RotundaAdminCall,
  ): Promise<ExtensionResult<'blockEntry'>> {
    return this.#call('blockEntry', params, call);
  }

  /** Lets a user enter again. */
  unblockEntry(
    params: ExtensionInput<'unblockEntry'>,
    call?: RotundaAdminCall,
  ): Promise<ExtensionResult<'unblockEntry'>> {
    return this.#call('unblockEntry', params, call);
  }

  /** Who may not enter now, page by page, those first whose block ends first. */
  listEntryBlocks(
    params: ExtensionInput<'listEntryBlocks'>,
    call?: RotundaAdminCall,
  ): Promise<ExtensionResult<'listEntryBlocks'>> {
    return this.#call('listEntryBlocks', params, call);
  }

  /** Event callbacks that could not be delivered, page by page. */
  listDeadLetters(
    params: ExtensionInput<'listDeadLetters'>,
    call?: RotundaAdminCall,
  ): Promise<ExtensionResult<'listDeadLetters'>> {
    return this.#call('listDeadLetters', params, call);
  }

  /** Delivers dead letters again, all or some. */
  replayDeadLetters(
    params: ExtensionInput<'replayDeadLetters'>,
    call?: RotundaAdminCall,
  ): Promise<ExtensionResult<'replayDeadLetters'>> {
    return this.#call('replayDeadLetters', params, call);
  }

  /** Posts two events to the receiver of an application, and says what it answered. */
  testCallback(
    params: ExtensionInput<'testCallback'>,
    call?: RotundaAdminCall,
  ): Promise<ExtensionResult<'testCallback'>> {
    return this.#call('testCallback', params, call);
  }

  async #call<N extends ExtensionName>(
    name: N,
    params: ExtensionInput<N>,
    { signal }: RotundaAdminCall = {},
  ): Promise<ExtensionResult<N>> {
    const { status, json } = await this.#posts.post(name, params, signal);
    const result = status === 200 ? EXTENSIONS[name].result.safeParse(json) : null;
    if (result?.success) return result.data as ExtensionResult<N>;
    const refusal = extensionErrorSchema.safeParse(json).data?.error;
    throw new RotundaAdminError({
      status,
      code: refusal?.code ?? 'UnexpectedAnswer',
      message:
        refusal?.message ??
        `${name} was answered with status ${status}, and not by a Rotunda server of this version.`,
    });
  }
}
