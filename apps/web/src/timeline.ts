import { button, el, setAttribute, type Part } from './dom.ts';
import {
  formatArguments,
  matchesFilter,
  TimelineLog,
  type EntryKind,
  type TimelineEntry,
} from './timeline-log.ts';

const MAX_ENTRIES = 400;
/** Callbacks that come every few seconds all the time: they would push everything else out of the list. */
const PERIODIC: ReadonlySet<string> = new Set(['onNetworkQuality', 'onStatistics', 'onUserVoiceVolume']);
/** How near the end, in CSS pixels, still counts as being at the end. */
const END_TOLERANCE = 24;

const MARKS: Record<EntryKind, string> = { call: '→', callback: '←', cloud: '☁' };
const SPOKEN: Record<EntryKind, string> = { call: 'called', callback: 'called back', cloud: 'Cloud API' };

/** The visible list of what the page asked of the SDK and what the SDK called back, the newest at the bottom. */
export class Timeline implements Part {
  readonly element: HTMLElement;
  readonly #log = new TimelineLog(MAX_ENTRIES);
  readonly #now: () => number;
  readonly #list = el('ol', { class: 'timeline__list', 'data-testid': 'timeline', tabindex: 0 });
  readonly #filter = el('input', {
    class: 'timeline__filter',
    type: 'search',
    placeholder: 'Filter',
    'aria-label': 'Filter the timeline',
    'data-testid': 'timeline-filter',
  });
  readonly #toEnd: HTMLButtonElement;
  readonly #empty = el(
    'p',
    { class: 'timeline__empty' },
    'SDK calls and callbacks show up here as they happen.',
  );
  readonly #observer = new ResizeObserver(() => this.#keepPlace());
  /** Whether the newest entry is kept in sight, or the reader has scrolled up to something older. */
  #place: 'newest' | 'older' = 'newest';
  #lastTop = 0;
  #startedAt: number;

  /** @param now milliseconds, monotonic */
  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
    setAttribute(this.#list, 'role', 'log');
    setAttribute(this.#list, 'aria-live', 'polite');
    setAttribute(this.#list, 'aria-label', 'Timeline of SDK callbacks');
    this.#toEnd = button({
      label: 'Newest',
      icon: 'down',
      testId: 'timeline-newest',
      className: 'button button--small timeline__newest',
      onClick: () => this.showNewest(),
    });
    this.#toEnd.hidden = true;
    this.#filter.addEventListener('input', () => this.#applyFilter());
    this.#list.addEventListener('scroll', () => this.#notePlace());
    this.#observer.observe(this.#list);
    this.element = this.#build();
  }

  /** From here on, times count from now. */
  startStay(): void {
    this.#startedAt = this.#now();
  }

  /** Adds one line. What comes all the time is left out. */
  add(kind: EntryKind, name: string, args: readonly unknown[]): void {
    if (PERIODIC.has(name)) return;
    const atMs = Math.round(this.#now() - this.#startedAt);
    const entry = this.#log.add({ kind, atMs, name, args: formatArguments(args) });
    this.#list.append(this.#line(entry));
    while (this.#list.children.length > this.#log.entries.length) this.#list.firstElementChild?.remove();
    this.#empty.hidden = true;
    this.#keepPlace();
  }

  /** Scrolls to the newest entry, for instance after the element has moved to another place of the page. */
  showNewest(): void {
    this.#place = 'newest';
    this.#keepPlace();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.element.remove();
  }

  #build(): HTMLElement {
    const clear = button({
      label: 'Clear',
      testId: 'timeline-clear',
      className: 'button button--small button--quiet',
      onClick: () => this.#clear(),
    });
    const head = el('div', { class: 'panel__head' }, el('h2', {}, 'Timeline'), this.#filter, clear);
    const body = el('div', { class: 'timeline__body' }, this.#list, this.#empty, this.#toEnd);
    return el('section', { class: 'panel timeline', 'aria-label': 'Timeline' }, head, body);
  }

  #line(entry: TimelineEntry): HTMLLIElement {
    return el(
      'li',
      {
        class: `timeline__line timeline__line--${entry.kind}`,
        'data-testid': 'timeline-entry',
        'data-kind': entry.kind,
        'data-name': entry.name,
        'data-args': entry.args,
        'data-at-ms': entry.atMs,
        hidden: !matchesFilter(entry, this.#filter.value),
      },
      el('span', { class: 'timeline__time' }, `${entry.atMs}`),
      el('span', { class: 'timeline__mark', 'aria-hidden': 'true' }, MARKS[entry.kind]),
      el('span', { class: 'visually-hidden' }, ` milliseconds, ${SPOKEN[entry.kind]} `),
      el(
        'span',
        { class: 'timeline__call' },
        el('b', {}, entry.name),
        el('span', { class: 'timeline__args' }, `(${entry.args})`),
      ),
    );
  }

  #applyFilter(): void {
    const lines = this.#list.querySelectorAll('li');
    for (const [index, entry] of this.#log.entries.entries()) {
      const line = lines[index];
      if (line) line.hidden = !matchesFilter(entry, this.#filter.value);
    }
    this.showNewest();
  }

  #clear(): void {
    this.#log.clear();
    this.#list.replaceChildren();
    this.#empty.hidden = false;
    this.showNewest();
  }

  /** After a scroll, by the reader or by this list itself: only a reader goes up without reaching the end. */
  #notePlace(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#list;
    if (scrollHeight - scrollTop - clientHeight <= END_TOLERANCE) this.#place = 'newest';
    else if (scrollTop < this.#lastTop) this.#place = 'older';
    this.#lastTop = scrollTop;
    this.#toEnd.hidden = this.#place === 'newest';
  }

  /** After the list or its size has changed. */
  #keepPlace(): void {
    this.#toEnd.hidden = this.#place === 'newest';
    if (this.#place === 'newest') this.#list.scrollTop = this.#list.scrollHeight;
  }
}
