import { CloudMusic } from './music.ts';

/** Cameras, microphones and speakers. */
export class CloudDevices extends CloudMusic {}
