import { chromium, type Browser, type BrowserServer } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-device-for-media-stream=fps=20',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function launchOptions(): { executablePath: string; args: string[]; headless: true } {
  return {
    executablePath: process.env['ROTUNDA_CHROMIUM'] ?? '/usr/bin/chromium',
    args: FLAGS,
    headless: true,
  };
}

/** A Chromium with invented camera, microphone and screen, which it grants unasked. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch(launchOptions());
}

/** A Chromium that a test may kill. */
export async function openKillableBrowser(): Promise<{ browser: Browser; server: BrowserServer }> {
  const server = await chromium.launchServer(launchOptions());
  return { browser: await chromium.connect(server.wsEndpoint()), server };
}
