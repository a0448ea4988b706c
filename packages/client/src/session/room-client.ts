import { TypedEmitter, type Log } from '@rotunda/base';
import { TRTCError, sceneKind } from '@rotunda/protocol';
import type { RenderOptions } from '../media/playback.ts';
import { VolumeMeter } from '../measures/volume-meter.ts';
import { SpeedTester } from '../measures/speed-tester.ts';
import type { SdkLog } from '../log/sdk-log.ts';
import type { Recordings } from '../recording/recordings.ts';
import { CurrentRoom } from './current-room.ts';
import { DeviceControl } from './device-control.ts';
import { logEvents } from './event-log.ts';
import { LocalMedia } from './local-media.ts';
import { recordingsOf } from './local-recordings.ts';
import { MediaFailures } from './media-failures.ts';
import { Place } from './place.ts';
import type { Platform } from './platform.ts';
import type { RemoteAudio } from './remote-audio.ts';
import { RemoteMedia } from './remote-media.ts';
import type { RemoteViews, VideoSource } from './remote-views.ts';
import type { RoomClientEvents } from './room-events.ts';
import { Sei } from './sei.ts';
import { parseServerAddress, type ServerAddress } from './server-address.ts';
import { Stay } from './stay.ts';
import { relayLocalMedia, relayOfRemoteMedia, relayOfStay, relayUsers, type EmitRoomEvent } from './relay.ts';
import type { VideoAhead } from './video-ahead.ts';
import type { EnterParams, StayObserver } from './stay-types.ts';

export interface RoomClientOptions {
  readonly platform: Platform;
  /** `release`: leaving closes devices and previews. `keep`: leaving only stops publishing. */
  readonly capture: 'release' | 'keep';
  readonly remoteRender: Record<VideoSource, RenderOptions>;
}

/**
 * One user's side of a room, whatever face it wears: at most one stay at a time, the user's own media, the pictures and
 * sound of the others.
 */
export class RoomClient {
  readonly events = new TypedEmitter<RoomClientEvents>();
  readonly room: CurrentRoom;
  readonly local: LocalMedia;
  readonly views: RemoteViews;
  readonly audio: RemoteAudio;
  readonly ahead: VideoAhead;
  readonly devices: DeviceControl;
  readonly log: SdkLog;
  readonly #log: Log;
  readonly volumes: VolumeMeter;
  readonly #remote: RemoteMedia;
  readonly #failures: MediaFailures;
  readonly sei: Sei;
  readonly recordings: Recordings;
  readonly speed: SpeedTester;
  readonly #platform: Platform;
  readonly #capture: RoomClientOptions['capture'];
  readonly #place: Place;
  #serverUrl: string | null = null;
  #state: 'open' | 'closed' = 'open';
  readonly #relay: EmitRoomEvent = (event, ...args) => this.#emit(event, ...args);

  constructor({ platform, capture, remoteRender }: RoomClientOptions) {
    this.#platform = platform;
    this.#capture = capture;
    this.log = platform.log;
    this.#log = platform.log.module('room');
    this.#place = new Place({
      ...platform,
      release: () => this.#release(),
      onReleasing: () => this.recordings.abandon(),
      onReleased: (exits) => this.#released(exits),
    });
    this.room = new CurrentRoom({
      stay: () => this.#stay,
      onSwitchRefused: (error) => this.#emit('switched', error),
    });
    this.local = new LocalMedia(platform);
    this.devices = new DeviceControl({ ...platform, local: this.local });
    this.recordings = recordingsOf(platform, this.local, this.events);
    this.#remote = new RemoteMedia({
      clock: platform.clock,
      playback: platform.playback,
      sound: this.recordings.heard,
      render: remoteRender,
      ...relayOfRemoteMedia(this.#relay),
      onPlayoutVolume: (volume) => this.local.setPlayoutVolume(volume),
    });
    this.#failures = new MediaFailures({
      log: this.#log,
      local: this.local,
      remote: this.#remote,
      emit: this.#relay,
    });
    this.views = this.#remote.views;
    this.audio = this.#remote.audio;
    this.ahead = this.#remote.ahead;
    this.volumes = new VolumeMeter({
      clock: platform.clock,
      sample: (ms) => this.#remote.sound(ms),
      measureOwn: (ms) => this.local.mix.level(ms),
      capturing: () => this.local.track('audio') !== null,
      tell: (volumes) => this.#emit('volumes', volumes),
    });
    this.speed = new SpeedTester({
      ...platform,
      log: this.#log,
      signalUrl: () => this.#serverAddress()?.signalUrl ?? null,
      outside: () => this.state === 'outside',
      onDone: (outcome) => this.#emit('speedTested', outcome),
    });
    this.sei = new Sei({
      local: this.local,
      stay: () => this.#stay?.room.sei ?? null,
      onUnsupported: () => this.#failures.seiMissing(),
      onLateListener: () => this.#remote.renewPictures(),
    });
    this.#listenToLocalMedia();
    logEvents(this.events, this.#log);
  }

  /** `outside`: neither in a room nor on the way in or out. */
  get state(): 'outside' | Stay['state'] {
    return this.#place.name;
  }

  /** Which server to use from the next entry on; null for the page's own. */
  setServerUrl(url: string | null): void {
    this.#serverUrl = url;
  }

  /** Throws a TRTCError if there is a stay already, or no usable server address. The rest is told by events. */
  enter(params: EnterParams): void {
    if (this.#state === 'closed') return;
    if (this.state !== 'outside') throw new TRTCError('ERR_TRTC_ENTER_ROOM_REFUSED');
    const address = this.#serverAddress();
    if (!address)
      throw new TRTCError('ERR_ROOM_ENTER_FAIL', 'tell the SDK the address of the server: setServerUrl');
    this.speed.interrupt();
    const { sdkAppId, userId, room, scene, role } = params;
    this.#log.info({ sdkAppId, userId, room, scene, role, url: address.signalUrl }, 'entering a room');
    this.local.settings.live = sceneKind(scene) === 'live';
    this.sei.begin();
    const stay: Stay = new Stay(params, address, {
      ...this.#platform,
      log: this.#log,
      random: () => this.#platform.random(),
      levelOf: (userId, ms) => this.audio.level(userId, ms),
      wantsSei: () => this.sei.listening,
      local: this.local,
      observer: this.#observe(() => stay),
    });
    this.#place.begin(stay);
    this.#remote.begin(stay.room);
    relayUsers(stay.room.users, this.#relay);
    stay.enter();
  }

  /**
   * Leaves, or releases the devices when there is nothing to leave. `exited` tells when it is done, never synchronously:
   * once for a stay, outside of one for each call. Until then nothing can be entered or captured.
   */
  exit(): Promise<void> {
    return this.#state === 'closed' ? Promise.resolve() : this.#place.exit();
  }

  #serverAddress(): ServerAddress | null {
    const url = this.#serverUrl ?? this.#platform.page.defaultServerUrl();
    return url === null ? null : parseServerAddress(url);
  }

  /** Final. A stay is still left, but nothing is told any more. Idempotent. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.events.removeAllListeners();
    // Exit first: the others are told before anything is released here.
    void this.#stay?.exit();
    this.speed.close();
    this.devices.close();
    this.recordings.close();
    this.local.close();
    this.local.events.removeAllListeners();
    this.#resetRemote();
  }

  #observe(self: () => Stay): StayObserver {
    return {
      ...relayOfStay(this.#relay, this.#remote),
      onEntered: (elapsedMs) => {
        this.volumes.begin();
        this.#emit('entered', elapsedMs);
      },
      onEnterFailed: (error, how) => {
        if (!how.cancelled) this.#goneOutside();
        this.#emit('enterFailed', error, how);
      },
      onSwitched: (left) => {
        this.#remote.changeRoom(left);
        this.#emit('switched', null);
      },
      release: () => this.#release(),
      onEnding: (end) => {
        this.recordings.abandon();
        this.#emit('ending', end);
      },
      onEnded: (end) => {
        this.#goneOutside();
        this.#emit('exited', end);
      },
      onPublishRefused: (source, error) => this.#failures.publishRefused(source, error),
      onRemoteTrack: (userId, source, track) => {
        if (this.#stay === self()) this.#remote.onTrack(userId, source, track);
      },
      onRemoteTrackGone: (userId, source) => this.#remote.onTrackGone(userId, source),
      onSeiUnavailable: () => this.sei.unavailable(),
      onMediaFailed: (userId, source, error) => this.#failures.failed(userId, source, error),
    };
  }

  #listenToLocalMedia(): void {
    const { events } = this.local;
    events.on('started', (source) => this.#stay?.room.media.publisher.allow(source));
    events.on('changed', (source) => this.#stay?.room.media.publisher.sync(source));
    relayLocalMedia(this.local, this.#relay);
  }

  #resetRemote(): void {
    this.volumes.end();
    this.#remote.reset();
  }

  #released(exits: number): void {
    this.#goneOutside();
    for (let told = 0; told < exits; told++) this.#emit('exited', { by: 'user' });
  }

  #goneOutside(): void {
    this.#stay?.room.users.events.removeAllListeners();
    this.#place.reset();
    this.recordings.reopen();
    this.local.reopen();
  }

  get #stay(): Stay | null {
    return this.#place.stay;
  }

  /** Recordings end first, as long as there is something to record. What was asked for and said of the others is taken back. */
  #release(): Promise<unknown> | null {
    const releases = this.#capture === 'keep' ? [] : [this.recordings.release(), this.local.release()];
    this.#resetRemote();
    const released = releases.filter((each) => each !== null);
    return released.length > 0 ? Promise.all(released) : null;
  }

  #emit<K extends keyof RoomClientEvents>(event: K, ...args: RoomClientEvents[K]): void {
    if (this.#state === 'open') this.events.emit(event, ...args);
  }
}
