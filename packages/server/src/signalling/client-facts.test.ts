import { TerminalType, UserType } from '@rotunda/protocol/callbacks';
import { describe, expect, it } from 'vitest';
import { clientFacts } from './client-facts.ts';

const CHROME = '(KHTML, like Gecko) Chrome/156.0.0.0';
const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1';
const { windows, linux, android, ios, other } = TerminalType;
const { webRtc, miniProgram, native } = UserType;

describe('what is known of a client', () => {
  it.each([
    ['a browser', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`, other, webRtc],
    ['a browser of a phone', SAFARI, other, webRtc],
    ['a mini program', `${SAFARI} MicroMessenger/8.0 miniProgram/wx1`, other, miniProgram],
    ['Electron', `Mozilla/5.0 (Windows NT 10.0; Win64) ${CHROME} Electron/40.0.0`, windows, native],
    ['Electron', `Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Electron/40.0.0`, linux, native],
    ['Electron', `Mozilla/5.0 (Macintosh; Intel Mac OS X) ${CHROME} Electron/40.0.0`, other, native],
    ['React Native', 'okhttp/4.12.0', android, native],
    ['React Native', 'App/1 CFNetwork/1568.300.101 Darwin/24.2.0', ios, native],
    ['something unknown', 'tool/1', other, webRtc],
  ])('%s: %s', (_what, userAgent, terminal, userType) => {
    const facts = clientFacts({ address: '10.0.0.7', userAgent }, { sdk: 'rotunda', version: '0.1.0' });
    expect(facts).toEqual({
      terminal,
      userType,
      sdkVersion: '0.1.0',
      device: userAgent,
      address: '10.0.0.7',
    });
  });

  it('is next to nothing of one that says nothing', () => {
    expect(clientFacts({ address: null, userAgent: null }, undefined)).toEqual({
      terminal: other,
      userType: webRtc,
      sdkVersion: null,
      device: null,
      address: null,
    });
  });
});
