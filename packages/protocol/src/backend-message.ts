import { isKeepable } from './text.ts';

/** Characters, as JavaScript counts them, of what a backend tells a user. */
export const MAX_BACKEND_MESSAGE = 200;

/** Whether a backend may tell that to a user. It is shown as text, never as HTML. */
export function isBackendMessage(text: string): boolean {
  return text.length <= MAX_BACKEND_MESSAGE && isKeepable(text);
}
