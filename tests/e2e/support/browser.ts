import { chromium, type Browser, type BrowserServer } from 'playwright-core';

/** What a page gets that asks for devices; `context`: what its context grants. */
const ASKING = {
  granted: ['--use-fake-ui-for-media-stream'],
  denied: ['--deny-permission-prompts'],
  context: [],
} as const;
type Asking = keyof typeof ASKING;

/** Whether sound plays before the user has done something in the page. */
const SOUND = {
  free: '--autoplay-policy=no-user-gesture-required',
  afterGesture: '--autoplay-policy=document-user-activation-required',
} as const;

export interface BrowserOptions {
  readonly asking?: Asking;
  readonly sound?: keyof typeof SOUND;
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-device-for-media-stream=fps=20,device-count=2',
  '--allow-loopback-in-peer-connection',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // As browsers on phones have it: pages may know what kind of network they are in.
  '--enable-blink-features=NetInfoDownlinkMax',
];

function launchOptions({ asking = 'granted', sound = 'free' }: BrowserOptions = {}): {
  executablePath: string;
  args: string[];
  headless: true;
} {
  return {
    executablePath: process.env['ROTUNDA_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [...FLAGS, SOUND[sound], ...ASKING[asking]],
    headless: true,
  };
}

/** A Chromium with invented camera, microphone and screen, which it grants or denies without asking anybody. */
export function openBrowser(options?: BrowserOptions): Promise<Browser> {
  return chromium.launch(launchOptions(options));
}

/** A Chromium that a test may kill. */
export async function openKillableBrowser(): Promise<{ browser: Browser; server: BrowserServer }> {
  const server = await chromium.launchServer(launchOptions());
  return { browser: await chromium.connect(server.wsEndpoint()), server };
}
