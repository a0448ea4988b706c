import type { RoomName } from './room-name.ts';

export interface CloudCall {
  readonly action: 'RemoveUser' | 'RemoveUserByStrRoomId' | 'DismissRoom' | 'DismissRoomByStrRoomId';
  readonly body: {
    readonly SdkAppId: number;
    readonly RoomId: number | string;
    readonly UserIds?: readonly string[];
  };
}

export interface CloudAnswer {
  readonly call: CloudCall;
  readonly tookMs: number;
  readonly result:
    | { readonly kind: 'done'; readonly requestId: string }
    | { readonly kind: 'refused'; readonly code: string; readonly message: string };
}

/** The Cloud API call that removes users from a room: numeric and text rooms have an action each. */
export function removeUserCall(sdkAppId: number, room: RoomName, userIds: readonly string[]): CloudCall {
  return room.kind === 'number'
    ? { action: 'RemoveUser', body: { SdkAppId: sdkAppId, RoomId: room.roomId, UserIds: userIds } }
    : {
        action: 'RemoveUserByStrRoomId',
        body: { SdkAppId: sdkAppId, RoomId: room.strRoomId, UserIds: userIds },
      };
}

/** The Cloud API call that moves everybody out of a room. */
export function dismissRoomCall(sdkAppId: number, room: RoomName): CloudCall {
  return room.kind === 'number'
    ? { action: 'DismissRoom', body: { SdkAppId: sdkAppId, RoomId: room.roomId } }
    : { action: 'DismissRoomByStrRoomId', body: { SdkAppId: sdkAppId, RoomId: room.strRoomId } };
}

interface CloudDoor {
  readonly fetcher: typeof fetch;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Calls through the server's development route, which signs the call: no key is in the page. Never rejects. */
export async function callCloudApi(call: CloudCall, { fetcher, now }: CloudDoor): Promise<CloudAnswer> {
  const started = now();
  const result = await post(call, fetcher);
  return { call, tookMs: now() - started, result };
}

async function post({ action, body }: CloudCall, fetcher: typeof fetch): Promise<CloudAnswer['result']> {
  try {
    const response = await fetcher(`/dev/cloudapi/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return readEnvelope(await response.json());
  } catch {
    return { kind: 'refused', code: 'NoAnswer', message: 'The server did not answer.' };
  }
}

/** Reads Tencent's answer envelope (docs/trtc.md section 5.1). */
export function readEnvelope(envelope: unknown): CloudAnswer['result'] {
  const response = field(envelope, 'Response');
  const error = field(response, 'Error');
  if (error !== undefined) {
    return { kind: 'refused', code: text(field(error, 'Code')), message: text(field(error, 'Message')) };
  }
  const requestId = field(response, 'RequestId');
  if (typeof requestId === 'string') return { kind: 'done', requestId };
  return { kind: 'refused', code: 'UnreadableAnswer', message: 'This is not an answer of the Cloud API.' };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return found;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
