import { CloudMeasures } from './measures.ts';

/** Recording the call on this machine. */
export class CloudRecording extends CloudMeasures {}
