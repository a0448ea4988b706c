import { CloudVoice } from './voice.ts';

/** Background music and recording of sound. */
export class CloudMusic extends CloudVoice {}
