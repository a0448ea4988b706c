import { CloudAudio } from './audio.ts';

/** Background music and recording of sound. */
export class CloudMusic extends CloudAudio {}
