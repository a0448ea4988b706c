import * as z from 'zod/mini';
import { MAX_BACKEND_MESSAGE } from './backend-message.ts';

/**
 * That a user may not enter a room, for now. `until`: milliseconds since the epoch. `message`: what the backend tells the user, a
 * text; empty for nothing in particular.
 */
export const entryBlockSchema = z.object({
  until: z.int(),
  message: z.string().check(z.maxLength(MAX_BACKEND_MESSAGE)),
});
export type EntryBlockMessage = Readonly<z.infer<typeof entryBlockSchema>>;
