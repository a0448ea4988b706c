import { TypedEmitter, type Clock } from '@rotunda/base';
import { TRTCError } from '@rotunda/protocol';
import type { AudioGraph, AudioGraphFactory, GraphInput } from '../audio/graph.ts';
import { SharedGraph } from '../audio/shared-graph.ts';
import { LEAVING, leavingError } from '../devices/device-errors.ts';
import { LocalTracks, type OpenOutcome } from '../devices/local-tracks.ts';
import type { DevicePlatform, LocalTrack } from '../devices/platform.ts';
import { SoundTest } from '../devices/sound-test.ts';
import { toVolume } from '../measures/loudness.ts';
import type { Playback, VideoSink, View } from '../media/playback.ts';
import type { DeviceSource } from './device-switch.ts';
import type { LocalSettings } from './local-settings.ts';
import { LostDevices } from './lost-devices.ts';

/** As often as a meter needs it. */
const SPEAKER_INTERVAL_MS = 200;

export interface DeviceTestEvents {
  /** A device delivers. */
  ready: [source: DeviceSource];
  /** 0 to 100. */
  microphone: [volume: number];
  /** 0 to 100. */
  speaker: [volume: number];
  /** The first picture of the tested camera is shown. Pixels. */
  firstPicture: [width: number, height: number];
  failed: [error: { readonly code: number; readonly message: string }];
  /** The platform cannot measure sound. */
  unsupported: [];
}

export interface MicrophoneTest {
  /** Milliseconds between two volumes. */
  readonly intervalMs: number;
  /** Whether the user hears it. */
  readonly playback: boolean;
}

export interface DeviceTestTools {
  readonly clock: Clock;
  readonly devices: DevicePlatform;
  readonly playback: Playback;
  readonly openAudioGraph: AudioGraphFactory;
  readonly settings: LocalSettings;
}

/**
 * Tries devices out beside the call: with tracks of its own, which nobody else sees or hears. Uses the devices of the settings.
 * Whoever leaves a room has been promised that nothing is captured any more, so leaving ends what is being tried.
 */
export class DeviceTests {
  readonly events = new TypedEmitter<DeviceTestEvents>();
  /** Of its own, and only while sound is tried. */
  readonly graph: SharedGraph;
  readonly #tools: DeviceTestTools;
  readonly #tracks: LocalTracks;
  readonly #lostDevices: LostDevices;
  #picture: VideoSink | null = null;
  #speaker: SoundTest | null = null;
  #microphone: { readonly how: MicrophoneTest; readonly sound: SoundTest } | null = null;
  /** Graphs that are giving back what they had. */
  readonly #closing = new Set<Promise<void>>();
  #state: 'open' | 'leaving' | 'closed' = 'open';

  constructor(tools: DeviceTestTools) {
    this.#tools = tools;
    this.#lostDevices = new LostDevices(tools);
    this.graph = new SharedGraph({
      openGraph: tools.openAudioGraph,
      onRunning: () => undefined,
      onUnsupported: () => undefined,
    });
    this.#tracks = new LocalTracks(tools.devices, (source) => {
      if (source !== 'sub') void this.#lost(source);
    });
  }

  track(source: DeviceSource): LocalTrack | null {
    return this.#tracks.get(source);
  }

  /** Shows the camera there, in place of where it was shown. Never rejects. */
  async startCamera(views: readonly View[]): Promise<OpenOutcome> {
    this.stopCamera();
    return this.#open('video', (track) => this.#show(track, views));
  }

  /** Nothing more is told of it, also not why its camera was lost just now. */
  stopCamera(): void {
    this.#lostDevices.forget('video');
    this.#endCamera();
  }

  /** Tells how loud the microphone is. Never rejects. */
  async startMicrophone(how: MicrophoneTest): Promise<OpenOutcome> {
    this.stopMicrophone();
    return this.#open('audio', (track) => this.#measure(track, how));
  }

  /** As {@link stopCamera}. */
  stopMicrophone(): void {
    this.#lostDevices.forget('audio');
    this.#endMicrophone();
  }

  /** Plays a file once, and tells how loud it is. Throws a TRTCError while a room is being left. */
  startSpeaker(url: string): void {
    this.stopSpeaker();
    if (this.#state === 'closed') return;
    if (this.#state === 'leaving') throw new TRTCError('ERR_SPEAKER_START_FAIL', LEAVING);
    const graph = this.#openGraph();
    if (!graph) return;
    this.#speaker = new SoundTest({
      clock: this.#tools.clock,
      input: this.#playFile(graph, url),
      intervalMs: SPEAKER_INTERVAL_MS,
      tell: (level) => this.events.emit('speaker', toVolume(level)),
    });
  }

  stopSpeaker(): void {
    this.#speaker?.close();
    this.#speaker = null;
    this.#closeIdleGraph();
  }

  /** The settings name another device: what is tried goes over to it. Resolves with null when nothing of it is. */
  async follow(source: DeviceSource): Promise<OpenOutcome | null> {
    if (!this.#tracks.get(source)) return null;
    const outcome = await this.#tracks.replace(source, this.#tools.settings.constraints(source));
    const microphone = this.#microphone;
    if (outcome.kind !== 'opened') return outcome;
    if (this.#tracks.get(source) !== outcome.track) return { kind: 'superseded' };
    if (source === 'video') this.#picture?.setTrack(outcome.track);
    else if (microphone) this.#measure(outcome.track, microphone.how);
    this.events.emit('ready', source);
    return outcome;
  }

  /** Ends everything. @returns when it is given back, also what was still being opened; null when that holds already. */
  release(): Promise<void> | null {
    if (this.#state === 'open') this.#state = 'leaving';
    this.stopCamera();
    this.stopMicrophone();
    this.stopSpeaker();
    const pending = [...this.#closing, this.#tracks.settled()].filter((each) => each !== null);
    return pending.length > 0 ? Promise.all(pending).then(() => undefined) : null;
  }

  /** The room has been left. */
  reopen(): void {
    if (this.#state === 'leaving') this.#state = 'open';
  }

  /** Final. */
  close(): void {
    this.#state = 'closed';
    void this.release();
    this.events.removeAllListeners();
  }

  async #open(source: DeviceSource, use: (track: LocalTrack) => void): Promise<OpenOutcome> {
    if (this.#state === 'closed') return { kind: 'superseded' };
    if (this.#state === 'leaving') return { kind: 'failed', error: leavingError(source) };
    const outcome = await this.#tracks.open(source, this.#tools.settings.constraints(source));
    if (outcome.kind !== 'opened') return outcome;
    // Closed between the arrival of the track and here.
    if (this.#tracks.get(source) !== outcome.track) return { kind: 'superseded' };
    use(outcome.track);
    this.events.emit('ready', source);
    return outcome;
  }

  #show(track: LocalTrack, views: readonly View[]): void {
    const picture = this.#tools.playback.openVideo({
      track,
      views,
      render: this.#tools.settings.render.video,
      onFirstFrame: (width, height) => {
        if (this.#picture === picture) this.events.emit('firstPicture', width, height);
      },
    });
    this.#picture = picture;
  }

  #measure(track: LocalTrack, how: MicrophoneTest): void {
    this.#endMeasuring();
    const graph = this.#openGraph();
    if (!graph) {
      this.#tracks.close('audio');
      return;
    }
    const input = graph.addTrack(track);
    if (how.playback) input.setGain('playout', 1);
    const sound = new SoundTest({
      clock: this.#tools.clock,
      input,
      intervalMs: how.intervalMs,
      tell: (level) => this.events.emit('microphone', toVolume(level)),
    });
    this.#microphone = { how, sound };
  }

  #endCamera(): void {
    this.#picture?.close();
    this.#picture = null;
    this.#tracks.close('video');
  }

  #endMicrophone(): void {
    this.#endMeasuring();
    this.#tracks.close('audio');
  }

  #endMeasuring(): void {
    this.#microphone?.sound.close();
    this.#microphone = null;
    this.#closeIdleGraph();
  }

  #openGraph(): AudioGraph | null {
    const graph = this.graph.open();
    if (!graph) queueMicrotask(() => this.events.emit('unsupported'));
    return graph;
  }

  #playFile(graph: AudioGraph, url: string): GraphInput {
    const file = graph.addMusic(url, {
      onReady: () => file.play(),
      onEnded: () => {
        this.stopSpeaker();
        this.events.emit('speaker', 0);
      },
      onFailed: () => {
        this.stopSpeaker();
        this.events.emit('failed', new TRTCError('ERR_SPEAKER_START_FAIL', 'the file cannot be played'));
      },
    });
    file.setGain('playout', 1);
    return file;
  }

  #closeIdleGraph(): void {
    if (this.#microphone || this.#speaker) return;
    const closing = this.graph.release();
    this.graph.reopen();
    if (!closing) return;
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }

  /** The platform ended the track of a test. */
  async #lost(source: DeviceSource): Promise<void> {
    if (source === 'video') this.#endCamera();
    else this.#endMicrophone();
    const error = await this.#lostDevices.explain(source);
    if (error) this.events.emit('failed', error);
  }
}
