import { CloudApiError } from '@rotunda/protocol/cloudapi';

/** The boundary that a content type names; null if it is not that of a multipart body. */
export function multipartBoundary(contentType: string): string | null {
  if (!/^multipart\/form-data\b/i.test(contentType)) return null;
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  return quoted ?? bare ?? '';
}

/** Names and values of a multipart body, all of it text. @throws CloudApiError InvalidRequest */
export function parseMultipart(body: Buffer, boundary: string): [name: string, value: string][] {
  const [preamble, ...parts] = `\r\n${body.toString('utf8')}`.split(`\r\n--${boundary}`);
  const end = parts.pop();
  if (boundary === '' || preamble !== '' || !end?.startsWith('--')) throw malformed();
  return parts.map((part) => {
    const gap = part.indexOf('\r\n\r\n');
    const name = /;\s*name="([^"\r\n]+)"/.exec(part.slice(0, gap))?.[1];
    if (gap < 0 || name === undefined) throw malformed();
    return [name, part.slice(gap + 4)];
  });
}

function malformed(): CloudApiError {
  return new CloudApiError('InvalidRequest', 'The multipart body is malformed.');
}
