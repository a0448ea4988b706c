const blockSize = 512;
const regularFile = new Set(['0', '\0']);

/**
 * The content of one file of a tar archive; enough of the format for an archive of a single program.
 * @param {Buffer} archive Not compressed.
 * @param {string} name
 * @returns {Buffer | undefined}
 */
export function fileInTar(archive, name) {
  for (let at = 0; at + blockSize <= archive.length;) {
    const header = archive.subarray(at, at + blockSize);
    if (header.every((octet) => octet === 0)) return undefined;
    const size = Number.parseInt(textAt(header, 124, 12), 8);
    if (!Number.isSafeInteger(size)) return undefined;
    const begin = at + blockSize;
    const isWanted = textAt(header, 0, 100).replace(/^\.\//, '') === name;
    if (isWanted && regularFile.has(String.fromCharCode(header[156]))) {
      return begin + size <= archive.length ? archive.subarray(begin, begin + size) : undefined;
    }
    at = begin + Math.ceil(size / blockSize) * blockSize;
  }
  return undefined;
}

function textAt(header, offset, length) {
  return header
    .toString('latin1', offset, offset + length)
    .split('\0', 1)[0]
    .trim();
}
