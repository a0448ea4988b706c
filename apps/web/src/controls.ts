import { button, el, relabel, setAttribute, type IconName, type Part } from './dom.ts';
import type { SceneChoice } from './choice.ts';
import type { Stay } from './stay.ts';

interface ControlsOptions {
  readonly stay: Stay;
  readonly scene: SceneChoice;
}

interface Look {
  readonly label: string;
  readonly icon: IconName;
  /** `off` stands out: something of oneself is not being sent. */
  readonly state: 'on' | 'off' | 'idle';
}

/** The bar of buttons for what one sends and for leaving. */
export class Controls implements Part {
  readonly element: HTMLElement;
  readonly #stay: Stay;
  readonly #microphone: HTMLButtonElement;
  readonly #camera: HTMLButtonElement;
  readonly #screen: HTMLButtonElement;
  readonly #role: HTMLButtonElement;
  readonly #leave: HTMLButtonElement;

  constructor({ stay, scene }: ControlsOptions) {
    this.#stay = stay;
    this.#microphone = control('mic-button', () => stay.toggleMicrophone());
    this.#camera = control('camera-button', () => stay.toggleCamera());
    this.#screen = control('screen-button', () => stay.toggleScreen());
    this.#role = control('role-button', () => stay.switchRole());
    this.#leave = control('leave-button', () => stay.leave());
    this.#leave.classList.add('control--leave');
    this.#role.hidden = scene !== 'live';
    // Phones cannot share their screen from a page.
    this.#screen.hidden = !canShareScreen();
    this.element = el(
      'div',
      { class: 'controls', role: 'group', 'aria-label': 'Call controls' },
      this.#microphone,
      this.#camera,
      this.#screen,
      this.#role,
      this.#leave,
    );
    this.update();
  }

  update(): void {
    const { media, phase } = this.#stay;
    const audience = media.role === 'audience';
    const going = phase.at !== 'entering' && phase.at !== 'inside';
    const microphoneOn = media.microphone === 'on';
    const cameraOn = media.camera !== 'none';
    const sharing = media.screen !== 'none';
    show(this.#microphone, {
      label: microphoneOn ? 'Mute' : 'Unmute',
      icon: microphoneOn ? 'microphone' : 'microphoneOff',
      state: microphoneOn ? 'on' : 'off',
    });
    show(this.#camera, {
      label: cameraOn ? 'Camera off' : 'Camera on',
      icon: cameraOn ? 'camera' : 'cameraOff',
      state: cameraOn ? 'on' : 'off',
    });
    show(this.#screen, {
      label: sharing ? 'Stop sharing' : 'Share screen',
      icon: sharing ? 'screenOff' : 'screen',
      state: sharing ? 'on' : 'idle',
    });
    show(this.#role, { label: audience ? 'Go on stage' : 'To audience', icon: 'role', state: 'idle' });
    show(this.#leave, { label: phase.at === 'leaving' ? 'Leaving…' : 'Leave', icon: 'leave', state: 'idle' });
    for (const sending of [this.#microphone, this.#camera, this.#screen])
      sending.disabled = audience || going;
    this.#screen.disabled ||= phase.at !== 'inside';
    this.#role.disabled = phase.at !== 'inside' || media.roleChange === 'pending';
    this.#leave.disabled = going;
  }

  dispose(): void {
    this.element.remove();
  }
}

function control(testId: string, onClick: () => void): HTMLButtonElement {
  return button({ label: '', testId, className: 'control', onClick });
}

function show(element: HTMLButtonElement, { label, icon, state }: Look): void {
  if (element.dataset['label'] === label && element.dataset['state'] === state) return;
  relabel(element, label, icon);
  element.dataset['label'] = label;
  element.dataset['state'] = state;
  setAttribute(element, 'title', label);
}

function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}
