import { CloudOlderMusic } from './older-music.ts';

/** Cameras, microphones and speakers. */
export class CloudDevices extends CloudOlderMusic {}
