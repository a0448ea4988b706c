import { createServer } from 'node:http';
import type { Bundle } from './bundle.ts';
import { portOf } from './ports.ts';

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

// The driver comes first: it must see every capture and every connection that the SDK makes.
const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Rotunda test page</title>
<body>
<script src="/driver.js"></script>
<script src="/sdk.js"></script>
`;

/** The SDK alone: nothing of the harness holds on to what the SDK lets go. */
const PLAIN_PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Rotunda plain page</title>
<body>
<script src="/sdk.js"></script>
`;

/** An application's own web server, on another origin than Rotunda's, as in real deployments. */
export async function openPageServer(bundle: Bundle): Promise<PageServer> {
  const files = new Map([
    ['/', { type: 'text/html', text: PAGE }],
    ['/plain', { type: 'text/html', text: PLAIN_PAGE }],
    ['/driver.js', { type: 'text/javascript', text: bundle.driver }],
    ['/sdk.js', { type: 'text/javascript', text: bundle.sdk }],
  ]);
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://page').pathname);
    response.writeHead(file ? 200 : 404, { 'content-type': `${file?.type ?? 'text/plain'}; charset=utf-8` });
    response.end(file?.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
