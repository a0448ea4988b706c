import { createRequire } from 'node:module';
import type { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/trtc/v20190722/trtc_client.js';
import { APPLICATION } from './application.ts';

interface TrtcModule {
  readonly trtc: { readonly v20190722: { readonly Client: typeof Client } };
}

// One service of the package: loading all of them takes seconds.
const { trtc } = createRequire(import.meta.url)(
  'tencentcloud-sdk-nodejs/tencentcloud/services/trtc/index.js',
) as TrtcModule;

/** Of whom the calls are. */
export interface ApiAccount {
  readonly sdkAppId: number;
  readonly cloudApi: { readonly secretId: string; readonly secretKey: string };
}

/** The backend's side, through the official SDK as published. */
export class CloudApi {
  readonly client: Client;
  readonly sdkAppId: number;

  constructor(serverUrl: string, { sdkAppId, cloudApi }: ApiAccount = APPLICATION) {
    this.sdkAppId = sdkAppId;
    this.client = new trtc.v20190722.Client({
      credential: cloudApi,
      region: 'ap-guangzhou',
      profile: { httpProfile: { endpoint: new URL(serverUrl).host, protocol: 'http://' } },
    });
  }

  /** `RemoveUser` or `RemoveUserByStrRoomId`, as the room's kind demands. */
  async removeUser(room: number | string, ...userIds: string[]): Promise<void> {
    const SdkAppId = this.sdkAppId;
    if (typeof room === 'number') {
      await this.client.RemoveUser({ SdkAppId, RoomId: room, UserIds: userIds });
    } else {
      await this.client.RemoveUserByStrRoomId({ SdkAppId, RoomId: room, UserIds: userIds });
    }
  }

  /** `DismissRoom` or `DismissRoomByStrRoomId`. */
  async dismissRoom(room: number | string): Promise<void> {
    const SdkAppId = this.sdkAppId;
    if (typeof room === 'number') await this.client.DismissRoom({ SdkAppId, RoomId: room });
    else await this.client.DismissRoomByStrRoomId({ SdkAppId, RoomId: room });
  }

  /** `SetUserBlocked` or `SetUserBlockedByStrRoomId`, for which this SDK has no methods. `mute`: 0 nothing, 1 all, 2 sound, 3 pictures. */
  async setUserBlocked(room: number | string, userId: string, mute: 0 | 1 | 2 | 3): Promise<void> {
    const user = { SdkAppId: this.sdkAppId, UserId: userId, IsMute: mute };
    if (typeof room === 'number') {
      await this.client.request('SetUserBlocked', { ...user, RoomId: room });
    } else {
      await this.client.request('SetUserBlockedByStrRoomId', { ...user, StrRoomId: room });
    }
  }
}
