import { CLOUD_API_VERSION } from '@rotunda/protocol/cloudapi';
import * as fc from 'fast-check';
import { signTc3 } from './auth/tc3.ts';
import type { SignedPost } from './extensions/signed-operation.contract.ts';
import { APP } from './signalling/wire.contract.ts';

/** A call of an action of the Cloud API. */
export function signedAction(
  serverUrl: string,
  action: string,
  { body, contentType = 'application/json' }: { body: Buffer<ArrayBuffer>; contentType?: string },
): SignedPost {
  const { host: _, ...headers } = signTc3({
    action,
    version: CLOUD_API_VERSION,
    host: new URL(serverUrl).host,
    body,
    key: APP.cloudApi,
    nowSeconds: Date.now() / 1_000,
    contentType,
  });
  return { url: `${serverUrl}/`, init: { method: 'POST', headers, body } };
}

/** What is hard to keep: half characters, NUL, and what has a meaning somewhere. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '\0', 'a\0b', '\ud800', '\udc00x', '%', "'", '\\', '\u{1F6AB}', 'x'.repeat(300)),
);
const user = fc.oneof(fc.constantFrom('u1', 'u2'), text);
const number = fc.oneof(fc.integer(), fc.constantFrom(0, 1, 2, 60, 4_294_967_295, 2 ** 53), fc.double());
const now = Math.floor(Date.now() / 1_000);
const room = fc.oneof(
  fc.constant(null),
  fc.record({ roomId: fc.constantFrom(1, 2, 0) }),
  fc.record({ strRoomId: fc.oneof(fc.constantFrom('1', 'a b'), text) }),
);

/** Parameter -> what it may be given, most of it nearly right. Of rooms and users that no other test has. */
const NEARLY: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  sdkAppId: fc.constant(APP.sdkAppId),
  room,
  userId: user,
  userIds: fc.array(user, { maxLength: 3 }),
  message: text,
  ids: fc.array(text, { minLength: 1, maxLength: 3 }),
  limit: number,
  seconds: number,
  blockSeconds: number,
  SdkAppId: fc.constant(APP.sdkAppId),
  SdkAppid: fc.constant(APP.sdkAppId),
  RoomId: fc.oneof(fc.constantFrom<unknown>(1, 2, '1', 'a b'), text),
  StrRoomId: text,
  UserId: user,
  UserIds: fc.array(user, { maxLength: 3 }),
  IsMute: fc.constantFrom(0, 1, 2, 3, 4),
  CommId: fc.oneof(
    text,
    text.map((id) => `${APP.sdkAppId}_${id}_${now}`),
  ),
  StartTime: fc.oneof(fc.constantFrom<unknown>(now - 60, '2026-03-10', '2026-03-10 12:00'), text),
  EndTime: fc.oneof(fc.constantFrom<unknown>(now, '2026-03-11', '2026-03-10 13:00'), text),
  PageNumber: fc.constantFrom(0, 1, 1_000_000),
  PageSize: fc.constantFrom(1, 6, 100),
};

/** Parameters by these names, each nearly right or quite wrong, some of them left out. */
export function nearly(parameters: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const any = (name: string) => {
    const near = NEARLY[name];
    return near ? fc.oneof({ weight: 9, arbitrary: near }, { weight: 1, arbitrary: fc.jsonValue() }) : text;
  };
  return fc.record(Object.fromEntries(parameters.map((name) => [name, any(name)])), { requiredKeys: [] });
}
