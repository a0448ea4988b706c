import { obtainBrowser } from './browser.mjs';

const firefox = {
  name: 'Firefox',
  variable: 'ROTUNDA_FIREFOX',
  commands: ['firefox-esr', 'firefox'],
  applications: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  packages: ['firefox-esr'],
  version: /^Mozilla Firefox\b.*\d/,
};

/** @param {Parameters<typeof obtainBrowser>[1]} options */
export function obtainFirefox(options) {
  return obtainBrowser(firefox, options);
}
