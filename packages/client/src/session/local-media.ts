import { TypedEmitter, type Clock } from '@rotunda/base';
import { SOURCES, type Source } from '@rotunda/protocol';
import type { AudioGraphFactory } from '../audio/graph.ts';
import { AudioMix } from '../audio/mix.ts';
import { MusicPlayer } from '../audio/music-player.ts';
import { SystemSound } from '../audio/system-sound.ts';
import { explainLoss, leavingError, type DeviceError } from '../devices/device-errors.ts';
import { LocalTracks, type OpenOutcome } from '../devices/local-tracks.ts';
import type { DevicePlatform, LocalTrack } from '../devices/platform.ts';
import type { PublishOptions } from '../media/engine.ts';
import type { Playback, RenderOptions, Snapshot, View } from '../media/playback.ts';
import { DeviceTests } from './device-tests.ts';
import { DeviceSwitch, type DeviceChoice, type DeviceSource } from './device-switch.ts';
import type { PicturePlatform } from '../picture/compositor.ts';
import { OutgoingPicture } from '../picture/outgoing-picture.ts';
import type { LocalMediaEvents } from './local-media-events.ts';
import { LocalSettings } from './local-settings.ts';
import { Previews } from './previews.ts';
import type { PublishedMedia } from './publisher.ts';
import type { VideoSource } from './remote-views.ts';

/** A source that is being opened, or goes over to another device. */
interface Opening {
  readonly outcome: Promise<OpenOutcome>;
  readonly choice: DeviceChoice;
}

/**
 * What the user captures and sees of it: opens and closes devices, shows previews, keeps mute states and encodings. Lives
 * longer than a stay: a preview may run before a room is entered.
 */
export class LocalMedia implements PublishedMedia {
  readonly events = new TypedEmitter<LocalMediaEvents>();
  readonly settings = new LocalSettings();
  /** What is done to the user's sound on its way out. */
  readonly mix: AudioMix;
  readonly music: MusicPlayer;
  readonly systemSound: SystemSound;
  /** Devices that are tried out beside all this. */
  readonly tests: DeviceTests;
  readonly #devices: DevicePlatform;
  /** What is done to the user's pictures on their way out. */
  readonly pictures: Record<'video' | 'sub', OutgoingPicture>;
  readonly #tracks: LocalTracks;
  readonly #switch: DeviceSwitch;
  readonly #previews: Previews;
  readonly #opening = new Map<Source, Opening>();
  readonly #withheld = new Set<Source>();
  /** `leaving`: a room is being left, and nothing may be captured until that is done. */
  #state: 'open' | 'leaving' | 'closed' = 'open';

  constructor(tools: {
    clock: Clock;
    devices: DevicePlatform;
    playback: Playback;
    openAudioGraph: AudioGraphFactory;
    pictures: PicturePlatform;
  }) {
    this.tests = new DeviceTests({ ...tools, settings: this.settings });
    this.#devices = tools.devices;
    this.#previews = new Previews({
      playback: tools.playback,
      settings: this.settings,
      onFirstFrame: (...frame) => this.events.emit('firstFrame', ...frame),
    });
    this.mix = new AudioMix({
      openGraph: tools.openAudioGraph,
      onChanged: () => this.events.emit('changed', 'audio'),
      onUnsupported: () => this.events.emit('unsupported', 'this browser cannot mix sound'),
    });
    this.music = new MusicPlayer({ mix: this.mix, clock: tools.clock });
    this.systemSound = new SystemSound({ devices: tools.devices, mix: this.mix });
    this.systemSound.events.on('outcome', (problem) => !problem && this.events.emit('started', 'audio'));
    const picture = (source: 'video' | 'sub'): OutgoingPicture =>
      new OutgoingPicture({
        platform: tools.pictures,
        fps: () => this.settings[source].fps,
        onChanged: () => this.events.emit('changed', source),
        onUnsupported: () => this.events.emit('unsupported', 'this browser cannot draw on pictures'),
      });
    this.pictures = { video: picture('video'), sub: picture('sub') };
    // The first to hear of it, so that whoever asks what is published gets the answer of now.
    this.events.on('changed', (source) => {
      const track = this.#tracks.get(source);
      if (source === 'audio') this.mix.setMicrophone(track);
      else this.pictures[source].setCapture(track);
    });
    this.#tracks = new LocalTracks(this.systemSound.devices, (source) => this.#lost(source));
    this.#switch = new DeviceSwitch({
      devices: tools.devices,
      tracks: this.#tracks,
      settings: this.settings,
      onSwitched: (source, track) => this.#switched(source, track),
      onLost: (source, error) => this.#ended(source, error),
    });
  }

  /**
   * Opens the device, unless it is open or being opened. Without `views` nothing is shown. Refused while a room is being left:
   * whoever leaves has been promised that nothing is captured when that is done. Never rejects.
   */
  start(source: Source, how: { views?: readonly View[]; publish?: boolean } = {}): Promise<OpenOutcome> {
    if (this.#state === 'closed') return Promise.resolve({ kind: 'superseded' });
    if (this.#state === 'leaving') return Promise.resolve({ kind: 'failed', error: leavingError(source) });
    if (how.publish === false) this.#withheld.add(source);
    else this.#withheld.delete(source);
    if (how.views && source !== 'audio') this.setViews(source, how.views);
    this.events.emit('started', source);
    const track = this.#tracks.get(source);
    if (track) return Promise.resolve({ kind: 'opened', track });
    const pending = this.#opening.get(source);
    if (pending) return pending.outcome;
    const inUse = source === 'sub' ? undefined : this.settings.devices[source];
    return this.#occupy(source, { outcome: this.#open(source), choice: { inUse } });
  }

  /**
   * Uses that camera or microphone from now on; without an id, the platform's default one. An open one goes on until the other
   * delivers, and if that cannot be opened. Resolves with null when the source is not started. Never rejects.
   */
  select(source: DeviceSource, deviceId?: string): Promise<OpenOutcome | null> {
    const before = this.settings.devices[source];
    this.settings.choose(source, deviceId);
    if (!this.isStarted(source)) return Promise.resolve(null);
    return this.#goOver(source, before);
  }

  stop(source: Source): void {
    const wasStarted = this.isStarted(source);
    this.#opening.delete(source);
    this.#closePreview(source);
    if (source !== 'audio') this.#previews.setViews(source, []);
    this.#tracks.close(source);
    if (wasStarted) this.events.emit('changed', source);
  }

  track(source: Source): LocalTrack | null {
    return this.#tracks.get(source);
  }

  isStarted(source: Source): boolean {
    return this.#tracks.get(source) !== null || this.#opening.has(source);
  }

  /** Resolves when the source is open or cannot be opened; null when it is not being opened. */
  opening(source: Source): Promise<OpenOutcome> | null {
    return this.#opening.get(source)?.outcome ?? null;
  }

  published(source: Source): LocalTrack | null {
    if (this.#withheld.has(source)) return null;
    return source === 'audio' ? this.mix.outgoing() : this.pictures[source].outgoing();
  }

  options(source: Source): PublishOptions {
    const options = this.settings.options(source, this.#tracks.get(source)?.getSettings());
    const substituted = source !== 'audio' && this.pictures[source].substituted;
    return substituted ? { ...options, muted: false } : options;
  }

  /** Sends nothing (audio: silence) without closing the device. Also holds for what is started later. */
  setMuted(source: Source, muted: boolean): void {
    this.settings.muted[source] = muted;
    const track = this.#tracks.get(source);
    if (source !== 'audio') this.pictures[source].setMuted(muted);
    else if (track) track.enabled = !muted;
    this.events.emit('changed', source);
  }

  /**
   * Sends no pictures of what is open, and the others are not told: they keep the last one. Until it is stopped. @returns whether
   * that is new
   */
  setPaused(source: VideoSource, paused: boolean): boolean {
    if (!this.#tracks.get(source) || this.settings.paused.has(source) === paused) return false;
    if (paused) this.settings.paused.add(source);
    else this.settings.paused.delete(source);
    this.events.emit('changed', source);
    return true;
  }

  setViews(source: VideoSource, views: readonly View[]): void {
    this.#previews.setViews(source, views);
  }

  setRender(source: VideoSource, render: RenderOptions): void {
    this.settings.render[source] = render;
    this.#previews.setRender(source, render);
  }

  /** The user's own picture of now, as it is captured; null if there is none. */
  snapshot(source: VideoSource): Snapshot | null {
    return this.#previews.snapshot(source);
  }

  /** After a change of the settings: an open device and a stream being sent follow. */
  applySettings(source: Source): void {
    this.events.emit('changed', source);
    const track = this.#tracks.get(source);
    if (!track) return;
    const applied = (): void => {
      if (this.#tracks.get(source) === track) this.events.emit('changed', source);
    };
    // A device that cannot follow goes on as it was.
    track.applyConstraints(this.settings.constraints(source)).then(applied, applied);
  }

  /**
   * Closes every device, also those still being opened, every preview, every test and the mix; none can be opened before {@link reopen}.
   * @returns when the last capture that was being opened has arrived and was stopped, and the mix has given everything back;
   * null when that holds already.
   */
  release(): Promise<void> | null {
    if (this.#state === 'open') this.#state = 'leaving';
    for (const source of SOURCES) this.stop(source);
    this.music.release();
    for (const picture of Object.values(this.pictures)) picture.release();
    const released = [
      this.#tracks.settled(),
      this.systemSound.release(),
      this.mix.release(),
      this.tests.release(),
    ];
    const pending = released.filter((each) => each !== null);
    return pending.length > 0 ? Promise.all(pending).then(() => undefined) : null;
  }

  /** The room has been left. */
  reopen(): void {
    if (this.#state !== 'leaving') return;
    this.#state = 'open';
    this.systemSound.reopen();
    this.mix.reopen();
    this.tests.reopen();
    for (const picture of Object.values(this.pictures)) picture.reopen();
  }

  /** Final: nothing is opened any more. */
  close(): void {
    this.#state = 'closed';
    void this.release();
    this.music.close();
    this.systemSound.close();
    this.mix.close();
    this.tests.close();
    for (const picture of Object.values(this.pictures)) picture.close();
  }

  async #open(source: Source): Promise<OpenOutcome> {
    const outcome = await this.#tracks.open(source, this.settings.constraints(source));
    if (outcome.kind !== 'opened') return outcome;
    const { track } = outcome;
    // Released between the arrival of the track and here.
    if (this.#tracks.get(source) !== track) return { kind: 'superseded' };
    if (source === 'audio') track.enabled = !this.settings.muted.audio;
    else this.#previews.open(source, track);
    this.events.emit('ready', source);
    // A listener may have stopped it again.
    if (this.#tracks.get(source) === track) this.events.emit('changed', source);
    return outcome;
  }

  /** The source counts as being opened until that is done. */
  #occupy(source: Source, opening: Opening): Promise<OpenOutcome> {
    this.#opening.set(source, opening);
    return opening.outcome.finally(() => {
      if (this.#opening.get(source) === opening) this.#opening.delete(source);
    });
  }

  /** To the device of the settings, after what is under way. */
  #goOver(source: DeviceSource, before: string | undefined): Promise<OpenOutcome> {
    const pending = this.#opening.get(source);
    const choice = pending?.choice ?? { inUse: before };
    const outcome = Promise.resolve(pending?.outcome).then((last): Promise<OpenOutcome> | OpenOutcome => {
      // It was told that nothing is captured.
      if (last?.kind === 'failed' && !this.#tracks.get(source)) return { kind: 'superseded' };
      return this.#switch.run(source, choice, () => this.#opening.get(source) === opening);
    });
    const opening: Opening = { outcome, choice };
    return this.#occupy(source, opening);
  }

  #switched(source: DeviceSource, track: LocalTrack): void {
    if (this.#tracks.get(source) !== track) return;
    if (source === 'audio') track.enabled = !this.settings.muted.audio;
    else this.#previews.setTrack(source, track);
    this.events.emit('switched', source);
    if (this.#tracks.get(source) === track) this.events.emit('changed', source);
  }

  /** The platform ended the track by itself. */
  #lost(source: Source): void {
    if (source === 'audio') {
      this.#microphoneLost();
      return;
    }
    // What was to take its place has nothing to take over.
    this.#opening.delete(source);
    this.#closePreview(source);
    this.events.emit('changed', source);
    if (source === 'sub') this.events.emit('ended', source, null);
    else void this.#explain(source);
  }

  /** Another microphone takes over, so that the others need not hear of it: the one just being chosen, or the default one. */
  #microphoneLost(): void {
    const pending = this.#opening.get('audio');
    if (pending) {
      pending.choice.inUse = undefined;
      return;
    }
    const outcome = this.#switch.replaceLost('audio', () => this.#opening.get('audio') === opening);
    const opening: Opening = { outcome, choice: { inUse: undefined } };
    void this.#occupy('audio', opening);
  }

  async #explain(source: DeviceSource): Promise<void> {
    const error = await explainLoss(this.#devices, source);
    // Started anew meanwhile: what comes of that is told by itself.
    if (this.#state === 'open' && !this.isStarted(source)) this.events.emit('ended', source, error);
  }

  #ended(source: DeviceSource, error: DeviceError): void {
    this.#closePreview(source);
    this.events.emit('changed', source);
    this.events.emit('ended', source, error);
  }

  /** What was paused is so no more either. */
  #closePreview(source: Source): void {
    if (source === 'audio') return;
    this.#previews.close(source);
    this.settings.paused.delete(source);
  }
}
