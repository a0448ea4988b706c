import { CloudMessages } from './messages.ts';

/** Statistics, network quality, speed test. */
export class CloudMeasures extends CloudMessages {}
