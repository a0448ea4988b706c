import { el } from './dom.ts';
import type { Problem } from './problem-words.ts';

/** The words of a problem, one below the other. */
export function problemText({ title, quote, advice, code }: Problem): HTMLElement {
  return el(
    'div',
    {},
    el('b', {}, title),
    quote && el('p', {}, 'The backend said:'),
    quote && el('blockquote', { class: 'quote' }, quote),
    el('p', {}, advice, code === undefined ? undefined : el('small', {}, ` (${code})`)),
  );
}
