import { obtainBrowser } from './browser.mjs';

const chromium = {
  name: 'Chromium',
  variable: 'ROTUNDA_CHROMIUM',
  commands: ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome'],
  applications: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  // Without a font the pages in screenshots have no text.
  packages: ['chromium', 'chromium-sandbox', 'fonts-liberation'],
  version: /^(Chromium|Google Chrome)\b.*\d/,
};

/** @param {Parameters<typeof obtainBrowser>[1]} options */
export function obtainChromium(options) {
  return obtainBrowser(chromium, options);
}
