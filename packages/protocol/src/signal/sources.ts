import * as z from 'zod/mini';

/** What a stream carries: sound, the camera's picture, or the screen's. */
export const sourceSchema = z.enum(['audio', 'video', 'sub']);
/** Of a picture that is sent in two sizes. */
export const layerSchema = z.enum(['big', 'small']);
