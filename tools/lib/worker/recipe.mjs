import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../refusal.mjs';

// How the media worker is built against the libraries of the distribution instead of those that its own build would
// download. Whatever is written here goes into the cache key.

const adapterDirectory = fileURLToPath(new URL('./subprojects', import.meta.url));

/** What a build needs: the package of Debian and the sign that it is there. */
export const requirements = [
  { package: 'g++', command: 'g++' },
  { package: 'meson', command: 'meson' },
  { package: 'ninja-build', command: 'ninja' },
  { package: 'pkg-config', command: 'pkg-config' },
  { package: 'libssl-dev', library: 'openssl' },
  { package: 'libsrtp2-dev', library: 'libsrtp2' },
  { package: 'libusrsctp-dev', library: 'usrsctp' },
  { package: 'libuv1-dev', library: 'libuv' },
  { package: 'libabsl-dev', library: 'absl_flat_hash_map' },
  { package: 'libflatbuffers-dev', library: 'flatbuffers' },
  { package: 'flatbuffers-compiler', command: 'flatc' },
];

export const mesonOptions = [
  '--buildtype=release',
  '-Db_ndebug=true',
  '--wrap-mode=nodownload',
  // io_uring brought no gain and is gone in later versions of mediasoup.
  '-Dms_disable_liburing=true',
];

/** Changes to the worker's own sources. Each must match exactly once: a new version of mediasoup makes us look again. */
export const edits = [
  {
    // Debian 12 has meson 1.0, which knows everything that is used.
    file: 'meson.build',
    find: "meson_version: '>= 1.1.0'",
    replace: "meson_version: '>= 1.0.0'",
  },
  {
    // OpenSSL asks its BIO through this callback whether the kernel does TLS for it, if it was built with that, as
    // Debian's is. The answer must be the BIO's own: an unconditional 1 means yes, and the first DTLS handshake crashes.
    file: 'src/RTC/DtlsTransport.cpp',
    find: '(operationType == BIO_CB_RETURN)',
    replace: '((operationType & BIO_CB_RETURN) != 0)',
  },
  {
    // All transports of a worker share one buffer for the packets that probe for bandwidth, and with it one sequence
    // number, which each new transport draws afresh. To the others it jumps, half of the time backwards: SRTP then sends
    // none of their probes (RFC 3711 section 3.3.2), so that what was a narrow path never counts as wide again. Each gets
    // a buffer of its own. So in mediasoup from 3.19.15 to 3.27.1 at least.
    file: 'include/RTC/RTP/ProbationGenerator.hpp',
    find: 'std::unique_ptr<RTP::Packet> probationPacket;',
    replace:
      'uint8_t buffer[ProbationPacketMaxLength]{};\n\t\t\tstd::unique_ptr<RTP::Packet> probationPacket;',
  },
  {
    file: 'src/RTC/RTP/ProbationGenerator.cpp',
    find: 'RTP::Packet::Factory(ProbationPacketBuffer, sizeof(ProbationPacketBuffer))',
    replace: 'RTP::Packet::Factory(this->buffer, sizeof(this->buffer))',
  },
];

/**
 * Meson subprojects that stand where the downloaded libraries would be and point at the system's.
 * `dependencies`: variables that mediasoup's build reads, and the pkg-config name behind each. `merged`: variables that
 * hold a library to be linked in whole, of which nothing is left. `options`: what mediasoup's build sets and nobody reads.
 * `headers`: a directory under subprojects/ that is put before the system's headers.
 */
export const standIns = {
  'abseil-cpp': {
    language: 'cpp',
    dependencies: {
      absl_container_dep: 'absl_flat_hash_map',
      absl_strings_dep: 'absl_strings',
      absl_types_dep: 'absl_optional',
    },
    merged: ['absl_container_lib'],
  },
  flatbuffers: {
    language: 'cpp',
    dependencies: { flatbuffers_dep: 'flatbuffers' },
    merged: ['flatbuffers_lib'],
  },
  libsrtp3: {
    language: 'c',
    dependencies: { libsrtp3_dep: 'libsrtp2' },
    merged: ['libsrtp3'],
    options: ['crypto-library', 'crypto-library-kdf', 'tests'],
    headers: 'libsrtp3',
  },
  libuv: {
    language: 'c',
    dependencies: { libuv_dep: 'libuv' },
    merged: ['libuv'],
    options: ['build_tests', 'build_benchmarks'],
  },
  openssl: {
    language: 'c',
    dependencies: { openssl_dep: 'openssl' },
    merged: ['libcrypto_lib', 'libssl_lib'],
  },
  usrsctp: {
    language: 'c',
    dependencies: { usrsctp_dep: 'usrsctp' },
    merged: ['usrsctp'],
    options: ['sctp_build_programs'],
  },
};

/**
 * The files of one stand-in, by name.
 * @param {string} name
 * @returns {Record<string, string>}
 */
export function renderStandIn(name) {
  const { language, dependencies, merged, options = [], headers } = standIns[name];
  const files = {};
  const lines = [`project('${name}', '${language}')`];
  for (const [variable, library] of Object.entries(dependencies)) {
    const system = `dependency('${library}')`;
    const value =
      headers === undefined
        ? system
        : `declare_dependency(include_directories: include_directories('include'), dependencies: ${system})`;
    lines.push(`${variable} = ${value}`);
  }
  for (const variable of merged) lines.push(`${variable} = []`);
  files['meson.build'] = `${lines.join('\n')}\n`;
  if (options.length > 0) {
    files['meson_options.txt'] = options
      .map((option) => `option('${option}', type: 'string', value: '')\n`)
      .join('');
  }
  if (headers !== undefined)
    files['include/srtp.h'] = readFileSync(join(adapterDirectory, headers, 'srtp.h'), 'utf8');
  return files;
}

/**
 * Applies one edit to a text.
 * @param {string} text
 * @param {{ file: string, find: string, replace: string }} edit
 * @throws {Refusal} When the text is not the one that the edit was made for.
 */
export function applyEdit(text, { file, find, replace }) {
  const pieces = text.split(find);
  if (pieces.length !== 2) {
    throw new Refusal(
      `The media worker's sources are not those that this build was written for: \`${find}\` occurs ${pieces.length - 1} times in ${file}, not once. ` +
        'Set MEDIASOUP_WORKER_BIN to a worker of the installed version of mediasoup.',
    );
  }
  return pieces.join(replace);
}

/** A short hash of everything above. */
export function recipeHash() {
  const rendered = Object.keys(standIns).map((name) => [name, renderStandIn(name)]);
  return createHash('sha256')
    .update(JSON.stringify([mesonOptions, edits, rendered]))
    .digest('hex')
    .slice(0, 12);
}
