import type { TRTCCloud } from '@rotunda/client';
import { TRTCVideoStreamType } from '@rotunda/client';
import { Listeners } from './sdk.ts';
import type { Tiles } from './tiles.ts';
import type { Timeline } from './timeline.ts';

interface RemoteUsersOptions {
  readonly cloud: TRTCCloud;
  readonly tiles: Tiles;
  readonly timeline: Timeline;
  /** Somebody came or went; `news` is a sentence for people. */
  readonly onChange: (news: string) => void;
}

const { TRTCVideoStreamTypeBig, TRTCVideoStreamTypeSub } = TRTCVideoStreamType;

/** Reasons of `onRemoteUserLeaveRoom` (docs/trtc.md section 2.12). */
const LEFT: Readonly<Record<number, string>> = {
  0: 'left',
  1: 'lost the connection',
  2: 'was removed',
  3: 'joined the audience',
};

/** Shows the other users: a tile for whoever is there, a picture for whatever they publish. */
export class RemoteUsers {
  readonly #options: RemoteUsersOptions;
  readonly #listeners: Listeners;

  constructor(options: RemoteUsersOptions) {
    this.#options = options;
    this.#listeners = new Listeners(options.cloud);
    this.#listen();
  }

  dispose(): void {
    this.#listeners.dispose();
  }

  #listen(): void {
    const { tiles, onChange } = this.#options;
    this.#listeners.add('onRemoteUserEnterRoom', (userId) => {
      tiles.camera(userId);
      onChange(`${userId} is here`);
    });
    this.#listeners.add('onRemoteUserLeaveRoom', (userId, reason) => {
      tiles.removeUser(userId);
      onChange(`${userId} ${LEFT[reason] ?? 'left'}`);
    });
    this.#listeners.add('onUserAudioAvailable', (userId, available) => {
      if (available) tiles.camera(userId).setSound('on');
      else tiles.find(userId, 'camera')?.setSound('off');
    });
    this.#listeners.add('onUserVideoAvailable', (userId, available) =>
      this.#showCamera(userId, Boolean(available)),
    );
    this.#listeners.add('onUserSubStreamAvailable', (userId, available) =>
      this.#showScreen(userId, Boolean(available)),
    );
    this.#listeners.add('onFirstVideoFrame', (userId, streamType) => {
      const kind = streamType === TRTCVideoStreamTypeSub ? 'screen' : 'camera';
      if (userId === '') return;
      const tile = tiles.find(userId, kind);
      if (tile?.picture === 'opening') tile.setPicture('showing');
    });
  }

  #showCamera(userId: string, available: boolean): void {
    const { cloud, tiles } = this.#options;
    if (available) {
      const tile = tiles.camera(userId);
      tile.setPicture('opening');
      this.#call('startRemoteView', [userId, tile.view, TRTCVideoStreamTypeBig]);
      cloud.startRemoteView(userId, tile.view, TRTCVideoStreamTypeBig);
    } else {
      tiles.find(userId, 'camera')?.setPicture('none');
      this.#call('stopRemoteView', [userId, TRTCVideoStreamTypeBig]);
      cloud.stopRemoteView(userId, TRTCVideoStreamTypeBig);
    }
  }

  #showScreen(userId: string, available: boolean): void {
    const { cloud, tiles } = this.#options;
    if (available) {
      const tile = tiles.screen(userId);
      tile.setPicture('opening');
      this.#call('startRemoteView', [userId, tile.view, TRTCVideoStreamTypeSub]);
      cloud.startRemoteView(userId, tile.view, TRTCVideoStreamTypeSub);
    } else {
      tiles.removeScreen(userId);
      this.#call('stopRemoteView', [userId, TRTCVideoStreamTypeSub]);
      cloud.stopRemoteView(userId, TRTCVideoStreamTypeSub);
    }
  }

  #call(name: string, args: readonly unknown[]): void {
    this.#options.timeline.add('call', name, args);
  }
}
