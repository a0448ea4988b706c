import { CloudScreen } from './screen.ts';

/** Messages to the room and data beside the video. */
export class CloudMessages extends CloudScreen {}
