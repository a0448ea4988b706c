import type { TRTCCloud } from '@rotunda/client';
import { TRTCAppScene, TRTCParams, TRTCRoleType, TRTCVideoStreamType } from '@rotunda/client';
import type { JoinChoice, RoleChoice } from './choice.ts';
import { endingCause } from './ending-words.ts';
import { blockProblem, type EntryBlock } from './entry-block.ts';
import { problemOf, type Problem } from './problem-words.ts';
import { Listeners } from './sdk.ts';
import { failedDevice, type LocalMedia, type StayEnding, type StayPhase } from './stay-state.ts';
import type { Ticket } from './tickets.ts';
import type { Tiles } from './tiles.ts';
import type { Timeline } from './timeline.ts';

/** What a stay tells the page. */
export interface StayObserver {
  /** Phase or local media changed. */
  changed(): void;
  problem(problem: Problem): void;
  /** The entry was refused and everything is put away again. */
  refused(problem: Problem): void;
  ended(ending: StayEnding): void;
}

export interface StayOptions {
  readonly cloud: TRTCCloud;
  readonly choice: JoinChoice;
  readonly ticket: Ticket;
  readonly tiles: Tiles;
  readonly timeline: Timeline;
  readonly observer: StayObserver;
}

const { TRTCVideoStreamTypeSub } = TRTCVideoStreamType;
const MAX_REMEMBERED_ERRORS = 20;

/** One stay of this tab's user in one room: what the user asks for goes to the SDK, what the SDK says comes back. */
export class Stay {
  readonly media: LocalMedia;
  readonly #options: StayOptions;
  readonly #listeners: Listeners;
  #phase: StayPhase = { at: 'entering' };
  #errors: { readonly code: number; readonly message: string }[] = [];
  #removalMessage: string | undefined;
  /** Told before the end of the stay, or the refusal, that it belongs to. */
  #entryBlock: EntryBlock | undefined;
  /** What to switch on when this user may publish. */
  #wanted: { microphone: boolean; camera: boolean };

  constructor(options: StayOptions) {
    this.#options = options;
    const { choice, cloud, timeline } = options;
    this.#listeners = new Listeners(cloud, (name, args) => timeline.add('callback', name, args));
    this.#wanted = { microphone: choice.microphone, camera: choice.camera };
    const role = choice.scene === 'live' ? choice.role : 'anchor';
    this.media = { microphone: 'off', camera: 'none', screen: 'none', role, roleChange: 'settled' };
    this.#listen();
  }

  get phase(): StayPhase {
    return this.#phase;
  }

  enter(): void {
    const { choice, cloud, ticket, timeline } = this.#options;
    const params = new TRTCParams();
    params.sdkAppId = ticket.sdkAppId;
    params.userId = choice.name;
    params.userSig = ticket.userSig;
    params.privateMapKey = ticket.privateMapKey ?? null;
    params.role = roleNumber(this.media.role);
    if (choice.room.kind === 'number') params.roomId = choice.room.roomId;
    else params.strRoomId = choice.room.strRoomId;
    const { TRTCAppSceneLIVE, TRTCAppSceneVideoCall } = TRTCAppScene;
    const scene = choice.scene === 'live' ? TRTCAppSceneLIVE : TRTCAppSceneVideoCall;
    timeline.startStay();
    const { roomId, strRoomId, role } = params;
    const room = choice.room.kind === 'number' ? { roomId } : { strRoomId };
    this.#call('enterRoom', [{ userId: choice.name, ...room, role }, scene], () =>
      cloud.enterRoom(params, scene),
    );
    this.#startWanted();
  }

  toggleMicrophone(): void {
    const { cloud } = this.#options;
    if (this.media.microphone === 'off') return this.#startMicrophone();
    const mute = this.media.microphone === 'on';
    this.#wanted.microphone = !mute;
    this.media.microphone = mute ? 'muted' : 'on';
    this.#call('muteLocalAudio', [mute], () => cloud.muteLocalAudio(mute));
    this.#changed();
  }

  toggleCamera(): void {
    if (this.media.camera === 'none') return this.#startCamera();
    this.#wanted.camera = false;
    this.#stopCamera();
    this.#changed();
  }

  toggleScreen(): void {
    const { choice, cloud, tiles } = this.#options;
    if (this.media.screen !== 'none') return this.#stopScreen();
    this.media.screen = 'opening';
    const { view } = tiles.screen(choice.name);
    this.#call('startScreenCapture', [view, TRTCVideoStreamTypeSub], () =>
      cloud.startScreenCapture(view, TRTCVideoStreamTypeSub),
    );
    this.#changed();
  }

  /** Between stage and audience, in the live scene. To the audience: publishing ends first. */
  switchRole(): void {
    if (this.media.roleChange === 'pending') return;
    const { cloud } = this.#options;
    const next: RoleChoice = this.media.role === 'anchor' ? 'audience' : 'anchor';
    if (next === 'audience') {
      if (this.media.screen !== 'none') this.#stopScreen();
      if (this.media.camera !== 'none') this.#stopCamera();
      if (this.media.microphone !== 'off') this.#call('stopLocalAudio', [], () => cloud.stopLocalAudio());
      this.media.microphone = 'off';
    }
    Object.assign(this.media, { role: next, roleChange: 'pending' });
    this.#call('switchRole', [roleNumber(next)], () => cloud.switchRole(roleNumber(next)));
    this.#changed();
  }

  leave(): void {
    if (this.#phase.at === 'leaving' || this.#phase.at === 'over') return;
    this.#phase = { at: 'leaving' };
    this.#exit();
    this.#changed();
  }

  dispose(): void {
    this.#listeners.dispose();
  }

  #listen(): void {
    const on = this.#listeners;
    on.add('onEnterRoom', (result) => this.#onEnterRoom(result));
    on.add('onExitRoom', (reason) => this.#onExitRoom(reason));
    on.add('onRemovalMessage', (message) => (this.#removalMessage = message));
    on.add('onEntryBlocked', (until, message) => (this.#entryBlock = { until, message }));
    on.add('onError', (code, message) => this.#onError(code, message));
    on.add('onWarning', (code, message) => this.#onWarning(code, message));
    on.add('onSwitchRole', (code) => this.#onSwitchRole(code));
    on.add('onFirstVideoFrame', (userId, streamType) => this.#onFirstFrame(userId, streamType));
    on.add('onScreenCaptureStarted', () => this.#setScreen('showing'));
    on.add('onScreenCaptureStopped', () => this.#setScreen('none'));
    on.add('onConnectionLost', () => this.#setLink('lost'));
    on.add('onTryToReconnect', () => this.#setLink('retrying'));
    on.add('onConnectionRecovery', () => this.#setLink('steady'));
  }

  #onEnterRoom(result: number): void {
    if (this.#phase.at !== 'entering') return;
    if (result >= 0) this.#phase = { at: 'inside', link: 'steady' };
    else {
      this.#phase = { at: 'refused', code: result };
      this.#exit();
    }
    this.#changed();
  }

  #onExitRoom(reason: number): void {
    const before = this.#phase;
    if (before.at === 'over') return;
    const ending = this.#ending(reason);
    this.#phase = { at: 'over', ending };
    Object.assign(this.media, { microphone: 'off', camera: 'none', screen: 'none' });
    if (before.at !== 'refused') return this.#options.observer.ended(ending);
    const message = this.#errors.find(({ code }) => code === before.code)?.message ?? '';
    const block = this.#entryBlock;
    this.#options.observer.refused(block ? blockProblem(block, Date.now()) : problemOf(before.code, message));
  }

  #ending(reason: number): StayEnding {
    const codes = this.#errors.map(({ code }) => code);
    const cause = endingCause(reason, codes);
    const last = this.#errors.findLast(({ code }) => !failedDevice(code));
    if (cause === 'serverLost' && last) return { cause, problem: problemOf(last.code, last.message) };
    if (cause !== 'removed' && cause !== 'keptOut') return { cause };
    const entryBlock = this.#entryBlock;
    const message = this.#removalMessage ?? entryBlock?.message;
    return { cause, ...(message ? { message } : {}), ...(entryBlock ? { entryBlock } : {}) };
  }

  #onError(code: number, message: string): void {
    this.#errors = [...this.#errors, { code, message }].slice(-MAX_REMEMBERED_ERRORS);
    const device = failedDevice(code);
    if (device === 'microphone') this.media.microphone = 'off';
    if (device === 'camera') this.media.camera = 'none';
    if (device === 'screen' && this.media.screen !== 'none') this.#stopScreen();
    // What ends the stay is told by the screens that follow, not by a notice on one that goes away.
    if (device || this.#phase.at === 'inside') this.#options.observer.problem(problemOf(code, message));
    this.#changed();
  }

  #onWarning(code: number, message: string): void {
    const network = code >= 5101 && code <= 5103;
    if (!network) this.#options.observer.problem(problemOf(code, message));
  }

  #onSwitchRole(code: number): void {
    this.media.roleChange = 'settled';
    if (code !== 0) this.media.role = this.media.role === 'anchor' ? 'audience' : 'anchor';
    else this.#startWanted();
    this.#changed();
  }

  #onFirstFrame(userId: string, streamType: number): void {
    if (userId !== '' && userId !== this.#options.choice.name) return;
    if (streamType === TRTCVideoStreamTypeSub || this.media.camera === 'none') return;
    this.media.camera = 'showing';
    this.#changed();
  }

  #setLink(link: 'steady' | 'lost' | 'retrying'): void {
    if (this.#phase.at !== 'inside') return;
    this.#phase = { at: 'inside', link };
    this.#changed();
  }

  #startWanted(): void {
    if (this.media.role === 'audience') return;
    if (this.#wanted.microphone && this.media.microphone === 'off') this.#startMicrophone();
    if (this.#wanted.camera && this.media.camera === 'none') this.#startCamera();
  }

  #startMicrophone(): void {
    this.#wanted.microphone = true;
    this.media.microphone = 'on';
    const { cloud } = this.#options;
    // The SDK keeps a mute over stays and role changes.
    this.#call('muteLocalAudio', [false], () => cloud.muteLocalAudio(false));
    this.#call('startLocalAudio', [], () => cloud.startLocalAudio());
    this.#changed();
  }

  #startCamera(): void {
    const { choice, cloud, tiles } = this.#options;
    this.#wanted.camera = true;
    this.media.camera = 'opening';
    const { view } = tiles.camera(choice.name);
    this.#call('startLocalPreview', [view], () => cloud.startLocalPreview(view));
    this.#changed();
  }

  #stopCamera(): void {
    this.media.camera = 'none';
    this.#call('stopLocalPreview', [], () => this.#options.cloud.stopLocalPreview());
  }

  #stopScreen(): void {
    this.#call('stopScreenCapture', [], () => this.#options.cloud.stopScreenCapture());
    this.#setScreen('none');
  }

  #setScreen(picture: 'none' | 'showing'): void {
    const { choice, tiles } = this.#options;
    if (this.media.screen === 'none' && picture === 'showing') return;
    this.media.screen = picture;
    if (picture === 'none') tiles.removeScreen(choice.name);
    this.#changed();
  }

  #exit(): void {
    this.#call('exitRoom', [], () => this.#options.cloud.exitRoom());
  }

  #call(name: string, args: readonly unknown[], run: () => void): void {
    this.#options.timeline.add('call', name, args);
    run();
  }

  #changed(): void {
    if (this.#phase.at !== 'over') this.#options.observer.changed();
  }
}

function roleNumber(role: RoleChoice): TRTCRoleType {
  return role === 'anchor' ? TRTCRoleType.TRTCRoleAnchor : TRTCRoleType.TRTCRoleAudience;
}
