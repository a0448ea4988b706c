/** Every error code that this server gives, and when. All are Tencent's (docs/trtc.md 5.3 and 5.5). */
export const CLOUD_API_ERRORS = {
  'AuthFailure.InvalidAuthorization':
    'The header Authorization is missing, is not of the documented form, or does not sign the headers that it must.',
  'AuthFailure.SecretIdNotFound': 'No application of this server has a key pair with this SecretId.',
  'AuthFailure.SignatureExpire': "The signing time is more than 5 minutes away from the server's clock.",
  'AuthFailure.SignatureFailure': 'The signature does not fit the request.',
  'FailedOperation.RoomNotExist': 'The room does not exist.',
  'FailedOperation.UserNotExist': 'The user is not in the room.',
  InternalError: 'The server failed, or its database is broken. Its log says how.',
  InvalidAction: 'There is no action of this name.',
  InvalidParameter: 'The request, or a parameter without a code of its own, is not of the right form.',
  'InvalidParameter.EndTs': 'EndTime is not a time in seconds, or not after StartTime.',
  'InvalidParameter.PageNumber': 'PageNumber is not a whole number from 0 on.',
  'InvalidParameter.PageSize': 'PageSize is not a whole number from 1 on.',
  'InvalidParameter.PageSizeOversize': 'PageSize is larger than it may be: 100, or 6 with DataType.',
  'InvalidParameter.QueryScaleOversize': 'StartTime and EndTime are further apart than the action allows.',
  'InvalidParameter.RoomId': 'RoomId is not of the right type: a number or a string, as the action wants it.',
  'InvalidParameter.SdkAppId': 'SdkAppId is not a whole number from 1 to 4294967295.',
  'InvalidParameter.SdkAppid': 'SdkAppId of a monitoring action is not the number of an application.',
  'InvalidParameter.StartTs': 'StartTime is not a time in seconds.',
  'InvalidParameter.StartTsOversize': 'StartTime is longer ago than the action can tell of.',
  'InvalidParameter.UserId': 'UserId, or one of UserIds, is no userId, or there are more than 100.',
  'InvalidParameter.UserIds': 'UserIds is not a list of 1 to 10 userIds.',
  'InvalidParameter.UserIdsMorethanSix': 'UserIds has more than 6 users, which is the most with DataType.',
  InvalidParameterValue:
    'Something without a code of its own, such as SignatureMethod, is of the right type, but not among what is allowed.',
  'InvalidParameterValue.RoomId': 'RoomId is of the right type, but outside of what a room id may be.',
  InvalidRequest: 'The multipart body of the request is malformed.',
  MissingParameter: 'The action, the version, or a parameter without a code of its own is missing.',
  'MissingParameter.CommId': 'CommId is missing.',
  'MissingParameter.EndTs': 'EndTime is missing.',
  'MissingParameter.RoomId': 'RoomId is missing.',
  'MissingParameter.RoomNum': 'RoomId is missing in DescribeUserEvent.',
  'MissingParameter.SdkAppId': 'SdkAppId is missing.',
  'MissingParameter.StartTs': 'StartTime is missing.',
  'MissingParameter.UserId': 'UserId is missing.',
  'MissingParameter.UserIds': 'UserIds is missing.',
  NoSuchVersion: 'The version is not 2019-07-22.',
  RequestLimitExceeded:
    'The key pair has made more requests of this action than it may per second: 20, if nothing else is set.',
  RequestSizeLimitExceeded:
    'The query string has more than 32 KiB, the form of the older signature more than 1 MiB, or the body more than 10 MiB.',
  ServiceUnavailable:
    'The server cannot reach its rooms or its database, or the database took too long, has too much to do, or has no room left. Try again; the message says what else helps.',
  'UnauthorizedOperation.SdkAppId': 'The key pair belongs to other applications than this one.',
  UnknownParameter: 'The action has no parameter of this name.',
  UnsupportedOperation: 'Tencent has this action, this server does not.',
  UnsupportedProtocol: 'The HTTP method is neither GET nor POST.',
} as const satisfies Record<string, string>;

export type CloudApiErrorCode = keyof typeof CLOUD_API_ERRORS;

/** Says no with one of Tencent's codes. The message is for the caller's log. */
export class CloudApiError extends Error {
  override readonly name = 'CloudApiError';
  readonly code: CloudApiErrorCode;

  constructor(code: CloudApiErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
