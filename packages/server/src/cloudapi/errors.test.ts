import { FakeClock } from '@rotunda/base';
import { CLOUD_API_ERRORS, CLOUD_API_VERSION, type CloudApiErrorCode } from '@rotunda/protocol/cloudapi';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { signTc3 } from '../auth/tc3.ts';
import { RoomLogUnavailableError } from '../roomlog/port.ts';
import { OTHER_APP, SdkAppId, credential, serveCloudApi, type ServedCloudApi } from './served.contract.ts';

const clock = new FakeClock();
let served: ServedCloudApi;

beforeEach(async () => {
  served = await serveCloudApi({ clock });
});
afterEach(() => served.close());

interface Answer {
  readonly code: string;
  readonly message: string;
}

async function send(init: RequestInit, path = '/'): Promise<Answer> {
  const response = await fetch(`http://${served.endpoint}${path}`, init);
  expect(response.status).toBe(200);
  const { Response } = (await response.json()) as {
    Response: { Error?: { Code: string; Message: string }; RequestId: string };
  };
  expect(Response.RequestId).toMatch(/^[0-9a-f-]{36}$/);
  return { code: Response.Error?.Code ?? 'OK', message: Response.Error?.Message ?? '' };
}

type Change = Partial<Parameters<typeof signTc3>[0]> & { headers?: Record<string, string>; method?: string };

/** A request that is in order but for the change. */
function call(action: string, parameters: unknown, change: Change = {}): Promise<Answer> {
  const { headers, method = 'POST', ...signing } = change;
  const body = typeof parameters === 'string' ? parameters : JSON.stringify(parameters);
  const { host: _, ...signed } = signTc3({
    action,
    version: CLOUD_API_VERSION,
    host: served.endpoint,
    body: Buffer.from(body),
    key: credential,
    nowSeconds: clock.now() / 1000,
    ...signing,
  });
  return send({ method, headers: { ...signed, ...headers }, body });
}

const removal = { SdkAppId, RoomId: 10_000, UserIds: ['alice'] };
const remove = (change: object): Promise<Answer> => call('RemoveUser', { ...removal, ...change });
const block = (change: object): Promise<Answer> =>
  call('SetUserBlocked', { SdkAppId, RoomId: 10_000, UserId: 'alice', IsMute: 1, ...change });
const authorization = (change: (header: string) => string): Promise<Answer> => {
  const { authorization: header = '' } = signTc3({
    action: 'RemoveUser',
    version: CLOUD_API_VERSION,
    host: served.endpoint,
    body: Buffer.from('{}'),
    key: credential,
    nowSeconds: clock.now() / 1000,
  });
  return call('RemoveUser', '{}', { headers: { authorization: change(header) } });
};
const failing = (reason: Error): Promise<Answer> => {
  served.rooms.membership.removeUsers = () => Promise.reject(reason);
  return remove({});
};

const hour = (): { StartTime: number; EndTime: number } => {
  const now = Math.floor(clock.now() / 1000);
  return { StartTime: now - 3_600, EndTime: now };
};
const describeRooms = (change: object): Promise<Answer> =>
  call('DescribeRoomInfo', { SdkAppId, ...hour(), ...change });
const describeCall = (change: object): Promise<Answer> =>
  call('DescribeCallDetailInfo', { CommId: `${SdkAppId}_100_1`, SdkAppId, ...hour(), ...change });
const describeEvents = (change: object): Promise<Answer> =>
  call('DescribeUserEvent', {
    CommId: `${SdkAppId}_100_1`,
    SdkAppId,
    ...hour(),
    UserId: 'alice',
    RoomId: '100',
    ...change,
  });

/** A bad request for every code that there is, and what is said of it. */
const CASES: Record<CloudApiErrorCode, readonly [message: string, request: () => Promise<Answer>]> = {
  'AuthFailure.InvalidAuthorization': [
    'The header Authorization must sign the headers content-type and host.',
    () => authorization((header) => header.replace('content-type;host', 'host')),
  ],
  'AuthFailure.SecretIdNotFound': [
    'The SecretId is not known.',
    () => call('RemoveUser', removal, { key: { secretId: 'AKIDnobody', secretKey: 'x' } }),
  ],
  'AuthFailure.SignatureExpire': [
    "The signing time is more than 5 minutes away from the server's clock.",
    () => call('RemoveUser', removal, { nowSeconds: clock.now() / 1000 - 302 }),
  ],
  'AuthFailure.SignatureFailure': [
    'The signature does not fit the request: check the secret key, and that the body is sent as it was signed.',
    () => call('RemoveUser', removal, { key: { ...credential, secretKey: 'wrong' } }),
  ],
  'FailedOperation.RoomNotExist': ['The room does not exist.', () => remove({ RoomId: 1 })],
  'FailedOperation.UserNotExist': [
    'The user is not in the room.',
    () => {
      served.rooms.userBlocks.set = async () => ({ ok: false, refusal: 'userNotExist' });
      return block({});
    },
  ],
  InternalError: [
    'An internal error occurred: try again.',
    () => failing(new Error('the reason, which is for the log')),
  ],
  InvalidAction: ['There is no action of this name.', () => call('MakeCoffee', removal)],
  InvalidParameter: ['The request body is not valid JSON.', () => call('RemoveUser', '{')],
  'InvalidParameter.RoomId': [
    'The parameter RoomId must be a whole number from 1 to 4294967294.',
    () => remove({ RoomId: '10000' }),
  ],
  'InvalidParameter.SdkAppId': [
    'The parameter SdkAppId must be a whole number from 1 to 4294967295.',
    () => remove({ SdkAppId: 0 }),
  ],
  'InvalidParameter.UserId': ['The parameter UserId must be a userId.', () => block({ UserId: '' })],
  'InvalidParameter.UserIds': [
    'The parameter UserIds must be a list of 1 to 10 userIds.',
    () => remove({ UserIds: Array.from({ length: 11 }, (_, i) => `user${i}`) }),
  ],
  InvalidParameterValue: [
    'SignatureMethod must be HmacSHA1 or HmacSHA256.',
    () =>
      send(
        {},
        `/?Action=RemoveUser&SecretId=x&Nonce=1&Signature=x&SignatureMethod=HmacMD5&Timestamp=${Math.floor(clock.now() / 1000)}`,
      ),
  ],
  'InvalidParameterValue.RoomId': [
    'The parameter RoomId must be a whole number from 1 to 4294967294.',
    () => remove({ RoomId: 4_294_967_295 }),
  ],
  InvalidRequest: [
    'The multipart body is malformed.',
    () => call('RemoveUser', 'no parts', { contentType: 'multipart/form-data; boundary=AbC' }),
  ],
  'InvalidParameter.EndTs': [
    'The parameter EndTime must not be before StartTime.',
    () => describeRooms({ EndTime: 1 }),
  ],
  'InvalidParameter.PageNumber': [
    'The parameter PageNumber must be a whole number from 0 to 1000000.',
    () => describeRooms({ PageNumber: -1, PageSize: 1 }),
  ],
  'InvalidParameter.PageSize': [
    'The parameter PageSize must be a whole number from 1 to 100.',
    () => describeRooms({ PageNumber: 0, PageSize: 0 }),
  ],
  'InvalidParameter.PageSizeOversize': [
    'With DataType, PageSize must be at most 6.',
    () => describeCall({ DataType: ['all'], PageNumber: 0, PageSize: 7 }),
  ],
  'InvalidParameter.QueryScaleOversize': [
    'EndTime must not be more than 24 hours after StartTime.',
    () => describeRooms({ StartTime: hour().EndTime - 90_000 }),
  ],
  'InvalidParameter.SdkAppid': [
    'The parameter SdkAppId must be a whole number from 1 to 4294967295.',
    () => describeRooms({ SdkAppId: '1' }),
  ],
  'InvalidParameter.StartTs': [
    'The parameter StartTime must be a whole number from 0 to 9999999999.',
    () => describeRooms({ StartTime: 'now' }),
  ],
  'InvalidParameter.StartTsOversize': [
    'The parameter StartTime must not be longer ago than 14 days.',
    () => describeRooms({ StartTime: hour().StartTime - 14 * 86_400 }),
  ],
  'InvalidParameter.UserIdsMorethanSix': [
    'With DataType, UserIds must have at most 6 users.',
    () => describeCall({ DataType: ['rtt'], UserIds: 'a b c d e f g'.split(' ') }),
  ],
  'MissingParameter.CommId': ['The parameter CommId is missing.', () => describeCall({ CommId: undefined })],
  'MissingParameter.EndTs': [
    'The parameter EndTime is missing.',
    () => describeRooms({ EndTime: undefined }),
  ],
  'MissingParameter.RoomNum': [
    'The parameter RoomId is missing.',
    () => describeEvents({ RoomId: undefined }),
  ],
  'MissingParameter.UserId': [
    'The parameter UserId is missing.',
    () => describeEvents({ UserId: undefined }),
  ],
  'MissingParameter.StartTs': [
    'The parameter StartTime is missing.',
    () => describeRooms({ StartTime: undefined }),
  ],
  MissingParameter: [
    'The version (X-TC-Version) is missing.',
    () => call('RemoveUser', removal, { version: '' }),
  ],
  'MissingParameter.RoomId': ['The parameter RoomId is missing.', () => remove({ RoomId: null })],
  'MissingParameter.SdkAppId': ['The parameter SdkAppId is missing.', () => remove({ SdkAppId: undefined })],
  'MissingParameter.UserIds': ['The parameter UserIds is missing.', () => remove({ UserIds: undefined })],
  NoSuchVersion: [
    'The version must be 2019-07-22.',
    () => call('RemoveUser', removal, { version: '2018-05-18' }),
  ],
  RequestLimitExceeded: [
    'There were too many requests of RemoveUser with this key pair: try again in a moment.',
    async () => {
      for (let i = 0; i < 20; i++) await remove({});
      return remove({});
    },
  ],
  RequestSizeLimitExceeded: [
    'The query string has more than 32768 bytes.',
    () => send({}, `/?Action=${'x'.repeat(32 * 1024)}`),
  ],
  ServiceUnavailable: [
    'The room service cannot be reached for now: try again.',
    () => failing(new RoomLogUnavailableError('down')),
  ],
  'UnauthorizedOperation.SdkAppId': [
    'The key pair does not belong to this SdkAppId.',
    () => remove({ SdkAppId: OTHER_APP }),
  ],
  UnknownParameter: ['The action has no parameter "UserId".', () => remove({ UserId: 'alice' })],
  UnsupportedOperation: [
    'This server does not support the action StartWebRecord.',
    () => call('StartWebRecord', {}),
  ],
  UnsupportedProtocol: [
    'Only GET and POST are supported.',
    () => call('RemoveUser', removal, { method: 'PUT' }),
  ],
};

it.each(Object.entries(CASES))('%s', async (code, [message, request]) => {
  expect(await request()).toEqual({ code, message });
});

it('every documented code has its case', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(Object.keys(CLOUD_API_ERRORS).toSorted());
});
