/** Every option, and what it says. All take a value. */
export const OPTIONS = {
  'data-dir':
    'where the server keeps its data: the application and the keys that it made are read from there',
  url: 'of the server (http://127.0.0.1:8080, or ROTUNDA_URL)',
  app: 'the application (SDKAppID, or ROTUNDA_SDK_APP_ID)',
  'app-key': 'its secret key, for tickets (or ROTUNDA_APP_KEY)',
  'secret-id': 'of a Cloud API key pair (or ROTUNDA_SECRET_ID)',
  'secret-key': 'of a Cloud API key pair (or ROTUNDA_SECRET_KEY)',
  expire: 'how long a ticket holds, in seconds',
} as const;

export type OptionName = keyof typeof OPTIONS;

/** They say which server and whose keys: every command takes them. */
export const COMMON_OPTIONS: readonly OptionName[] = [
  'data-dir',
  'url',
  'app',
  'app-key',
  'secret-id',
  'secret-key',
];
