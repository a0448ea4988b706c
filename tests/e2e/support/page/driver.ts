import type { TRTCCloud as Cloud, TRTCParams as Params } from '@rotunda/client';
import { realArgument } from './arguments.ts';
import type { Scene } from './camera.ts';
import { coloursAt, coloursOfImage, type Colour, type Point } from './colours.ts';
import { CompositorWatch } from './compositors.ts';
import { watchDevices } from './devices.ts';
import { FrameWatch, type FramesHeard } from './frames.ts';
import { Instances, type Instance } from './instances.ts';
import { Journal, type JournalEntry, type Wanted } from './journal.ts';
import {
  PeerWatch,
  type InboundAudio,
  type InboundVideo,
  type OutboundVideo,
  type UsedPath,
} from './peers.ts';
import { measurePicture, type Picture } from './picture.ts';
import type { CaptureFailure } from './plugs.ts';
import { RawWatch, type RawSeen } from './raw-pictures.ts';
import {
  RecordingWatch,
  type RecordedEdges,
  type RecordedFile,
  type RecordedPicture,
  type RecordedScene,
  type RecordedSound,
} from './recorded.ts';
import {
  evenness,
  feedTone,
  listen,
  MixWatch,
  musicUrl,
  type Evenness,
  type FramedTone,
  type Heard,
  type Sound,
  type Tone,
} from './sound.ts';
import { TimerThrottle } from './throttle.ts';

/** What the script-tag build of the SDK leaves in the page. */
declare global {
  interface Window {
    readonly TRTCCloud: typeof Cloud;
    readonly TRTCParams: typeof Params;
    readonly driver: Driver;
    ROTUNDA_SERVER_URL?: string;
  }
}

export interface EnterOptions {
  readonly sdkAppId: number;
  readonly userId: string;
  readonly userSig: string;
  readonly privateMapKey?: string | null;
  readonly room: number | string;
  readonly scene: number;
  readonly role: number;
}

/** The test's hand inside a page: calls the SDK, writes down what it answers, measures what is seen and heard. */
export class Driver {
  readonly #throttle = new TimerThrottle();
  readonly #peers = new PeerWatch();
  readonly #devices = watchDevices((name, args) => this.#journal.write(name, args));
  readonly #mixes = new MixWatch();
  readonly #compositors = new CompositorWatch();
  readonly #recordings = new RecordingWatch();
  readonly #frames = new FrameWatch();
  readonly #raw = new RawWatch();
  readonly #journal = new Journal(() => ({
    liveTracks: this.#devices.live(),
    openMixes: this.openMixes(),
    openConnections: this.#peers.open,
  }));
  readonly #instances = new Instances(this.#journal);

  enter(options: EnterOptions, instance: Instance = 'main'): void {
    this.#journal.write('enterRoom', [options.room]);
    const { room, scene, ...rest } = options;
    const params = Object.assign(
      new window.TRTCParams(),
      rest,
      typeof room === 'number' ? { roomId: room } : { strRoomId: room },
    );
    this.#instances.get(instance).enterRoom(params, scene as Parameters<Cloud['enterRoom']>[1]);
  }

  /** Enters from inside the next callback of that name, as an application may. */
  enterWhen(name: 'onExitRoom', options: EnterOptions): void {
    this.#instances.get().once(name, () => this.enter(options));
  }

  /** Calls any method of the SDK by its name. @returns what it returns, if that is a plain value. */
  call(method: string, args: readonly unknown[], instance: Instance = 'main'): unknown {
    const cloud = this.#instances.get(instance);
    const target: unknown = Reflect.get(cloud, method);
    if (typeof target !== 'function') throw new Error(`the SDK has no ${method}`);
    const result: unknown = Reflect.apply(target, cloud, args.map(realArgument));
    return typeof result === 'object' ? undefined : result;
  }

  /** Calls a method for what it returns. */
  ask(method: string, args: readonly unknown[]): unknown {
    const target = Reflect.get(this.#instances.get(), method) as (...given: unknown[]) => unknown;
    return Reflect.apply(target, this.#instances.get(), args);
  }

  /** Writes down a callback that is not written down anyway, because listening to it costs something. */
  listenTo(name: string): void {
    this.#instances.get().on(name, (...args: unknown[]) => this.#journal.write(name, args));
  }

  destroy(): void {
    this.#instances.destroy();
  }

  async next(wanted: Wanted, timeoutMs: number): Promise<JournalEntry | undefined> {
    return Promise.race([this.#journal.next(wanted), nothingWithin(timeoutMs)]);
  }

  journal(): readonly JournalEntry[] {
    return this.#journal.entries;
  }

  liveTracks(): number {
    return this.#devices.live();
  }

  openConnections(): number {
    return this.#peers.open;
  }

  holdCapture(): void {
    this.#devices.hold();
  }

  releaseCapture(): void {
    this.#devices.release();
  }

  hide(slotMs: number): void {
    this.#throttle.start(slotMs);
  }

  async received(view: string): Promise<InboundVideo | undefined> {
    const stream = videoIn(view)?.srcObject;
    const track = stream instanceof MediaStream ? stream.getVideoTracks()[0] : undefined;
    return track ? this.#peers.video(track) : undefined;
  }

  bytesReceived(): Promise<number> {
    return this.#peers.bytesReceived();
  }

  arriving(): Promise<InboundVideo[]> {
    return this.#peers.videos();
  }

  heard(): Promise<InboundAudio[]> {
    return this.#peers.audio();
  }

  setSound(sound: Sound, deviceId?: string): void {
    this.#devices.plugs.setSound(sound, deviceId);
  }

  /** The device is there or not from now on. */
  plug(deviceId: string, { plugged }: { plugged: boolean }): void {
    if (plugged) this.#devices.plugs.plug(deviceId);
    else this.#devices.plugs.unplug(deviceId);
  }

  failCaptures(failure: CaptureFailure | null, deviceId?: string): void {
    this.#devices.plugs.setFailure(failure, deviceId);
  }

  prefer(deviceId: string): Promise<void> {
    return this.#devices.plugs.prefer(deviceId);
  }

  screens(): MediaTrackSettings[] {
    return this.#devices.plugs.screens();
  }

  /** As the browser's own button does. */
  endScreens(): void {
    this.#devices.plugs.end((track) => 'displaySurface' in track.getSettings());
  }

  setScene(scene: Scene, deviceId?: string): void {
    this.#devices.plugs.setScene(scene, deviceId);
  }

  setScreen(scene: Scene): void {
    this.#devices.plugs.setScreen(scene);
  }

  /** Of the picture itself, however it is shown. */
  colours(view: string, points: readonly Point[]): readonly Colour[] | undefined {
    const video = videoIn(view);
    return video && video.videoWidth > 0 ? coloursAt(video, points) : undefined;
  }

  coloursOfImage(url: string, points: readonly Point[]): Promise<readonly Colour[]> {
    return coloursOfImage(url, points);
  }

  /** Has raw pictures of a user, or of oneself, given to this page in that format; null for no longer. @returns the SDK's answer. */
  setRaw(userId: string, pixelFormat: Parameters<Cloud['setLocalVideoRenderCallback']>[0] | null): number {
    const cloud = this.#instances.get();
    const given = [
      pixelFormat ?? 0,
      pixelFormat === null ? 0 : 1,
      pixelFormat === null ? null : this.#raw,
    ] as const;
    return userId === ''
      ? cloud.setLocalVideoRenderCallback(...given)
      : cloud.setRemoteVideoRenderCallback(userId, ...given);
  }

  rawSeen(userId: string, streamType: number, points: readonly Point[]): Promise<RawSeen | undefined> {
    return this.#raw.newest(userId, streamType, points);
  }

  /** How many were given so far, of everybody. */
  rawCount(): number {
    return this.#raw.count;
  }

  setScreenSound(sound: Sound | 'none'): void {
    this.#devices.plugs.setScreenSound(sound);
  }

  /** Listens to what arrives of the only other user who is heard. */
  async listen(ms: number, tones: readonly number[]): Promise<Heard | undefined> {
    const track = this.#peers.soundTracks().at(-1);
    return track && listen(track, ms, tones);
  }

  /** How even the sound of the last user who is heard is. */
  async evenness(ms: number): Promise<Evenness | undefined> {
    const track = this.#peers.soundTracks().at(-1);
    return track && evenness(track, ms);
  }

  /** Listens to what the SDK's own mix lets be heard here. */
  listenHere(ms: number, tones: readonly number[]): Promise<Heard | null> {
    return this.#mixes.listen(ms, tones);
  }

  /** The address of generated music. */
  music(tone: Tone): string {
    return musicUrl(tone);
  }

  /** Brings a tone as frames of the application, from now on and at their pace. */
  feed(method: 'sendCustomAudioData' | 'mixExternalAudioFrame', tone: FramedTone): void {
    feedTone(tone, (frame) => void this.#instances.get()[method](frame));
  }

  /** Keeps the frames of all sound from now on. */
  watchFrames(): void {
    this.#frames.watch(this.#instances.get());
  }

  frameCounts(): Record<string, number> {
    return this.#frames.counts;
  }

  takeFrames(name: string, tones: readonly number[]): FramesHeard | undefined {
    return this.#frames.take(name, tones);
  }

  /** Has recorded files given to this page in place of downloads. */
  receiveRecordings(): void {
    this.#instances.get().setRecordedFileReceiver((path, file) => {
      this.#recordings.files.set(path, file);
      this.#journal.write('recorded-file', [path]);
    });
  }

  recordedFile(path: string): Promise<RecordedFile> {
    return this.#recordings.file(path);
  }

  recordedSound(path: string, tones: readonly number[]): Promise<RecordedSound> {
    return this.#recordings.sound(path, tones);
  }

  recordedPicture(path: string): Promise<RecordedPicture> {
    return this.#recordings.picture(path);
  }

  recordedScenes(path: string): Promise<readonly RecordedScene[]> {
    return this.#recordings.scenes(path);
  }

  recordedEdges(path: string): Promise<RecordedEdges> {
    return this.#recordings.edges(path);
  }

  openRecorders(): number {
    return this.#recordings.open;
  }

  openMixes(): number {
    return this.#mixes.open + this.#compositors.open;
  }

  mixSpeakers(): string[] {
    return this.#mixes.speakers;
  }

  soundFormats(): Promise<string[]> {
    return this.#peers.sentSoundFormats();
  }

  sent(): Promise<OutboundVideo[]> {
    return this.#peers.sent();
  }

  degradation(): string[] {
    return this.#peers.degradation();
  }

  paths(): Promise<UsedPath[]> {
    return this.#peers.paths();
  }

  picture(view: string): Picture | undefined {
    const video = videoIn(view);
    return video && video.videoWidth > 0 ? measurePicture(video) : undefined;
  }
}

function videoIn(view: string): HTMLVideoElement | undefined {
  return document.getElementById(view)?.querySelector('video') ?? undefined;
}

/** Keeps the real clock also when the page's timers sleep. */
const later = globalThis.setTimeout.bind(globalThis);

function nothingWithin(ms: number): Promise<undefined> {
  return new Promise((resolve) => later(() => resolve(undefined), ms));
}

const server = new URLSearchParams(location.search).get('server');
if (server !== null) window.ROTUNDA_SERVER_URL = server;
Object.assign(window, { driver: new Driver() });
