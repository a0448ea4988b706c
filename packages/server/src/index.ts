export type { MediaService } from './media/port.ts';
