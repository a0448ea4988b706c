// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { browserRecording } from './browser-recording.ts';

const HANDING_OVER_MS = 10;

/** As Firefox's: a part that is full just when the recording ends is lost; one that was asked for is not. */
class FirefoxRecorder extends EventTarget {
  state: RecordingState = 'inactive';
  #recorded = '';
  #partMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  start(partMs: number): void {
    this.state = 'recording';
    this.#partMs = partMs;
    this.#beginPart();
  }

  record(text: string): void {
    this.#recorded += text;
  }

  requestData(): void {
    if (this.state === 'inactive') throw new DOMException('not recording', 'InvalidStateError');
    this.#beginPart();
    this.#handOver(this.#take());
  }

  stop(): void {
    this.state = 'inactive';
    clearTimeout(this.#timer);
    this.#handOver(this.#take());
    setTimeout(() => this.dispatchEvent(new Event('stop')), HANDING_OVER_MS);
  }

  #beginPart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const text = this.#take();
      setTimeout(() => this.state === 'recording' && this.#handOver(text), HANDING_OVER_MS);
      this.#beginPart();
    }, this.#partMs);
  }

  #take(): string {
    const text = this.#recorded;
    this.#recorded = '';
    return text;
  }

  #handOver(text: string): void {
    const event = Object.assign(new Event('dataavailable'), { data: new Blob([text]) });
    setTimeout(() => this.dispatchEvent(event), HANDING_OVER_MS);
  }
}

let recorder: FirefoxRecorder;
beforeEach(() => {
  vi.useFakeTimers();
  recorder = new FirefoxRecorder();
  vi.stubGlobal('MediaStream', vi.fn());
  vi.stubGlobal(
    'MediaRecorder',
    vi.fn(function () {
      return recorder;
    }),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function record() {
  const parts: Blob[] = [];
  const onEnded = vi.fn(() => parts.length);
  const recording = browserRecording.record([], 'video/webm', {
    onPart: (part) => void parts.push(part),
    onEnded,
  });
  return { recording, onEnded, text: (count = parts.length) => new Blob(parts.slice(0, count)).text() };
}

it('hands over what was recorded bit by bit', async () => {
  const { text } = record();
  recorder.record('a');
  await vi.advanceTimersByTimeAsync(1_100);
  expect(await text()).toBe('a');
  recorder.record('b');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await text()).toBe('ab');
});

it.each([5, 405, 1_005, 2_005])('has handed over everything when it ends after %i ms', async (ms) => {
  const { recording, onEnded, text } = record();
  recorder.record('all');
  await vi.advanceTimersByTimeAsync(ms);
  recorder.record(' of it');
  recording.stop();
  recording.stop();
  await vi.advanceTimersByTimeAsync(100);
  expect(onEnded.mock.calls).toEqual([[false]]);
  expect(await text(onEnded.mock.results[0]?.value as number)).toBe('all of it');
  expect(vi.getTimerCount()).toBe(0);
});

it('leaves no timer when it fails', async () => {
  const { onEnded, text } = record();
  recorder.record('something');
  recorder.dispatchEvent(new Event('error'));
  recorder.stop();
  await vi.advanceTimersByTimeAsync(100);
  expect(onEnded.mock.calls).toEqual([[true]]);
  expect(await text()).toBe('something');
  expect(vi.getTimerCount()).toBe(0);
});
