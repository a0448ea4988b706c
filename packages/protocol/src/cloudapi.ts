import {
  isNumericRoomId,
  isSdkAppId,
  isStringRoomId,
  isUserId,
  roomKey,
  type RoomKey,
  type RoomKind,
  type RoomName,
} from './ids.ts';

/** The version of the Cloud API that `X-TC-Version` must name (docs/trtc.md 5). */
export const CLOUD_API_VERSION = '2019-07-22';
/** RemoveUser and RemoveUserByStrRoomId take at most this many users (docs/trtc.md 5.5). */
export const MAX_USERS_PER_CALL = 10;

/** Tencent's error codes that this server gives (docs/trtc.md 5.3 and 5.5). */
export type CloudApiErrorCode =
  | 'AuthFailure.InvalidAuthorization'
  | 'AuthFailure.SecretIdNotFound'
  | 'AuthFailure.SignatureExpire'
  | 'AuthFailure.SignatureFailure'
  | 'FailedOperation.RoomNotExist'
  | 'InternalError'
  | 'InvalidAction'
  | 'InvalidParameter'
  | `InvalidParameter.${ParameterName}`
  | 'InvalidParameterValue.RoomId'
  | 'MissingParameter'
  | `MissingParameter.${ParameterName}`
  | 'NoSuchVersion'
  | 'RequestSizeLimitExceeded'
  | 'ServiceUnavailable'
  | 'UnauthorizedOperation.SdkAppId'
  | 'UnknownParameter'
  | 'UnsupportedOperation';

export type ParameterName = 'SdkAppId' | 'RoomId' | 'UserIds';

/** Says no with one of Tencent's codes. The message is for the caller's log. */
export class CloudApiError extends Error {
  override readonly name = 'CloudApiError';
  readonly code: CloudApiErrorCode;

  constructor(code: CloudApiErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

interface ParameterRule<T> {
  readonly name: ParameterName;
  /** What a query string, which knows only text, is read as. */
  readonly type: 'integer' | 'string' | 'strings';
  readonly is: (value: unknown) => value is T;
  /** What is allowed, for the error message. */
  readonly allowed: string;
  /** A value of the right type that is not allowed has a code of its own. */
  readonly valueCode?: CloudApiErrorCode;
}

const SDK_APP_ID: ParameterRule<number> = {
  name: 'SdkAppId',
  type: 'integer',
  is: isSdkAppId,
  allowed: 'a whole number from 1 to 4294967295',
};
const NUMERIC_ROOM_ID: ParameterRule<number> = {
  name: 'RoomId',
  type: 'integer',
  is: isNumericRoomId,
  allowed: 'a whole number from 1 to 4294967294',
  valueCode: 'InvalidParameterValue.RoomId',
};
const STRING_ROOM_ID: ParameterRule<string> = {
  name: 'RoomId',
  type: 'string',
  is: isStringRoomId,
  allowed: 'a string of 1 to 64 characters of the allowed set',
  valueCode: 'InvalidParameterValue.RoomId',
};
const USER_IDS: ParameterRule<readonly string[]> = {
  name: 'UserIds',
  type: 'strings',
  is: isUserIdList,
  allowed: `a list of 1 to ${MAX_USERS_PER_CALL} userIds`,
};

interface ActionDefinition {
  readonly effect: 'remove' | 'dismiss';
  readonly room: RoomKind;
}

/** The actions that this server does: name -> what it does to which kind of room (docs/trtc.md 5.5). */
export const CLOUD_API_ACTIONS = {
  RemoveUser: { effect: 'remove', room: 'number' },
  RemoveUserByStrRoomId: { effect: 'remove', room: 'string' },
  DismissRoom: { effect: 'dismiss', room: 'number' },
  DismissRoomByStrRoomId: { effect: 'dismiss', room: 'string' },
} as const satisfies Record<string, ActionDefinition>;

export type CloudApiAction = keyof typeof CLOUD_API_ACTIONS;

/** A valid call: what to do to which room. `userIds` has no repeats and is empty for a dismissal. */
export interface CloudApiCall {
  readonly effect: 'remove' | 'dismiss';
  readonly key: RoomKey;
  readonly userIds: readonly string[];
}

export function isCloudApiAction(name: string): name is CloudApiAction {
  return Object.hasOwn(CLOUD_API_ACTIONS, name);
}

/** Whether Tencent has this action but this server does not. */
export function isUnsupportedAction(name: string): boolean {
  return UNSUPPORTED_ACTIONS.has(name);
}

/** Checks the parameters of an action. @throws CloudApiError that names the first parameter that is wrong. */
export function parseCloudApiCall(action: CloudApiAction, parameters: unknown): CloudApiCall {
  if (parameters === null || typeof parameters !== 'object' || Array.isArray(parameters))
    throw new CloudApiError('InvalidParameter', 'The request body must be a JSON object.');
  const given = new Map<string, unknown>(Object.entries(parameters));
  const known = new Set<string>(rulesOf(action).map((rule) => rule.name));
  for (const name of given.keys())
    if (!known.has(name))
      throw new CloudApiError('UnknownParameter', `${action} has no parameter ${printable(name)}.`);
  const { effect, room } = CLOUD_API_ACTIONS[action];
  const sdkAppId = required(SDK_APP_ID, given);
  const name: RoomName =
    room === 'number'
      ? { roomId: required(NUMERIC_ROOM_ID, given) }
      : { strRoomId: required(STRING_ROOM_ID, given) };
  const userIds = effect === 'remove' ? [...new Set(required(USER_IDS, given))] : [];
  return { effect, key: roomKey(sdkAppId, name), userIds };
}

/**
 * Reads parameters that came as text pairs (`RoomId=1&UserIds.0=a`) into the form that a JSON body has. What does not
 * read as its type stays text, so that the check names it.
 */
export function parametersFromPairs(
  action: CloudApiAction,
  pairs: Iterable<readonly [string, string]>,
): Record<string, unknown> {
  const types = new Map<string, string>(rulesOf(action).map((rule) => [rule.name, rule.type]));
  const read = new Map<string, unknown>();
  const lists = new Map<string, [index: number, text: string][]>();
  for (const [name, text] of pairs) {
    const [list = '', index = '', ...rest] = name.split('.');
    if (types.get(list) === 'strings' && rest.length === 0 && /^\d{1,4}$/.test(index)) {
      const entries = lists.get(list) ?? [];
      entries.push([Number(index), text]);
      lists.set(list, entries);
    } else read.set(name, types.get(name) === 'integer' ? integerOr(text) : text);
  }
  for (const [name, entries] of lists)
    read.set(
      name,
      entries.toSorted(([a], [b]) => a - b).map(([, text]) => text),
    );
  return Object.fromEntries(read);
}

function rulesOf(action: CloudApiAction): readonly Pick<ParameterRule<unknown>, 'name' | 'type'>[] {
  const { effect, room } = CLOUD_API_ACTIONS[action];
  const always = [SDK_APP_ID, room === 'number' ? NUMERIC_ROOM_ID : STRING_ROOM_ID];
  return effect === 'remove' ? [...always, USER_IDS] : always;
}

function required<T>(rule: ParameterRule<T>, given: ReadonlyMap<string, unknown>): T {
  const value = given.get(rule.name);
  if (value === undefined || value === null)
    throw new CloudApiError(`MissingParameter.${rule.name}`, `The parameter ${rule.name} is missing.`);
  if (rule.is(value)) return value;
  const code = rule.valueCode && isOfType(rule.type, value) ? rule.valueCode : null;
  throw new CloudApiError(
    code ?? `InvalidParameter.${rule.name}`,
    `The parameter ${rule.name} must be ${rule.allowed}.`,
  );
}

function isOfType(type: 'integer' | 'string' | 'strings', value: unknown): boolean {
  return type === 'integer' ? Number.isInteger(value) : type === 'string' && typeof value === 'string';
}

function isUserIdList(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length >= 1 && value.length <= MAX_USERS_PER_CALL && value.every(isUserId)
  );
}

function integerOr(text: string): number | string {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function printable(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}

/** What Tencent's SDKs can ask for beyond {@link CLOUD_API_ACTIONS} (docs/trtc.md 5.4). */
const UNSUPPORTED_ACTIONS: ReadonlySet<string> = new Set([
  'AsyncTextToSpeech',
  'ControlAIConversation',
  'CreateAudioModerationSync',
  'CreateCloudModeration',
  'CreateCloudRecording',
  'CreateCloudSliceTask',
  'CreateCloudTranscription',
  'CreateLiveStreamModeration',
  'CreatePicture',
  'CreateRecognizeVocabV3',
  'DeleteCloudModeration',
  'DeleteCloudRecording',
  'DeleteCloudSliceTask',
  'DeleteCloudTranscription',
  'DeleteLiveStreamModeration',
  'DeletePicture',
  'DeleteRecognizeVocabV3',
  'DeleteVoicePrint',
  'DescribeAIConversation',
  'DescribeAITranscription',
  'DescribeAsyncTextToSpeech',
  'DescribeCallDetailInfo',
  'DescribeCloudModeration',
  'DescribeCloudRecording',
  'DescribeCloudSliceTask',
  'DescribeCloudTranscription',
  'DescribeLiveStreamModeration',
  'DescribeMixTranscodingUsage',
  'DescribePicture',
  'DescribeRecordStatistic',
  'DescribeRecordingUsage',
  'DescribeRelayUsage',
  'DescribeRoomInfo',
  'DescribeScaleInfo',
  'DescribeStreamIngest',
  'DescribeTRTCAIRecognitionUsage',
  'DescribeTRTCDedicatedCloudAccUsage',
  'DescribeTRTCMarketQualityData',
  'DescribeTRTCMarketScaleData',
  'DescribeTRTCMarketScaleMetricData',
  'DescribeTRTCRealTimeQualityData',
  'DescribeTRTCRealTimeScaleData',
  'DescribeTRTCSegmentModerationUsage',
  'DescribeTrtcMcuTranscodeTime',
  'DescribeTrtcRoomUsage',
  'DescribeTrtcUsage',
  'DescribeUnusualEvent',
  'DescribeUserEvent',
  'DescribeUserInfo',
  'DescribeVoicePrint',
  'DescribeWebRecord',
  'DownloadRecognizeVocabV3',
  'GetRecognizeVocabListV3',
  'GetRecognizeVocabV3',
  'ModifyCloudModeration',
  'ModifyCloudRecording',
  'ModifyCloudSliceTask',
  'ModifyPicture',
  'RegisterVoicePrint',
  'SetUserBlocked',
  'SetUserBlockedByStrRoomId',
  'SetVocabStateV3',
  'StartAIConversation',
  'StartAITranscription',
  'StartMCUMixTranscode',
  'StartMCUMixTranscodeByStrRoomId',
  'StartPublishCdnStream',
  'StartStreamIngest',
  'StartWebRecord',
  'StopAIConversation',
  'StopAITranscription',
  'StopMCUMixTranscode',
  'StopMCUMixTranscodeByStrRoomId',
  'StopPublishCdnStream',
  'StopStreamIngest',
  'StopWebRecord',
  'TextToSpeech',
  'TextToSpeechSSE',
  'UpdateAIConversation',
  'UpdatePublishCdnStream',
  'UpdateRecognizeVocabV3',
  'UpdateStreamIngest',
  'UpdateVoicePrint',
  'VoiceClone',
]);
