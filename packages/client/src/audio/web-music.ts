import type { Bus, GraphMusic, MusicEvents } from './graph.ts';
import { WebInput } from './web-input.ts';

/** Music of a media element, which loads as it plays and follows seeks, with its sound in a graph. */
export class WebMusic extends WebInput implements GraphMusic {
  readonly #element: HTMLAudioElement;
  readonly #listeners = new AbortController();
  readonly #onClosed: () => void;
  #wanted: 'playing' | 'paused' = 'paused';

  constructor(
    context: AudioContext,
    buses: Record<Bus, GainNode>,
    { url, events, onClosed }: { url: string; events: MusicEvents; onClosed: () => void },
  ) {
    const element = new Audio();
    super(context.createMediaElementSource(element), buses);
    this.#element = element;
    this.#onClosed = onClosed;
    const { signal } = this.#listeners;
    element.addEventListener('loadedmetadata', () => events.onReady(), { signal, once: true });
    element.addEventListener('ended', () => this.#ended(events), { signal });
    element.addEventListener('error', () => events.onFailed(), { signal, once: true });
    // What another origin does not share explicitly would be silent in a graph; so it fails.
    element.crossOrigin = 'anonymous';
    element.preload = 'auto';
    element.src = url;
  }

  get positionMs(): number {
    return this.#element.currentTime * 1000;
  }

  get durationMs(): number {
    const { duration } = this.#element;
    return Number.isFinite(duration) ? duration * 1000 : 0;
  }

  play(): void {
    this.#wanted = 'playing';
    this.retry();
  }

  pause(): void {
    this.#wanted = 'paused';
    this.#element.pause();
  }

  seek(ms: number): void {
    this.#element.currentTime = Math.max(0, ms) / 1000;
  }

  /** After a gesture: plays what the browser would not play before. */
  retry(): void {
    if (this.#wanted !== 'playing' || !this.#element.paused) return;
    // Rejects where the browser waits for a gesture, and when it is paused or closed before it plays.
    this.#element.play().catch(() => undefined);
  }

  override close(): void {
    this.#listeners.abort();
    this.#wanted = 'paused';
    this.#element.pause();
    this.#element.removeAttribute('src');
    // Gives back what was loaded.
    this.#element.load();
    super.close();
    this.#onClosed();
  }

  #ended(events: MusicEvents): void {
    this.#wanted = 'paused';
    events.onEnded();
  }
}
