import { Application, LogLevel, Logger, ReflectionKind } from 'typedoc';

/** What has to say what it means. Of an enum, the whole: its members are said by their names. */
const documented = ['Class', 'Interface', 'Enum', 'Function', 'Variable', 'TypeAlias', 'Method', 'Property'];

const collator = new Intl.Collator('en', { numeric: true });

/** Keeps what is wrong instead of printing it. */
class Complaints extends Logger {
  /** @type {string[]} */
  messages = [];

  /**
   * @param {string} message
   * @param {LogLevel} level
   */
  log(message, level) {
    super.log(message, level);
    if (level >= LogLevel.Warn) this.messages.push(message);
  }
}

/**
 * Reads the public surface of a module, and the comments on it.
 * @param {{ entry: string, tsconfig: string, name: string }} options
 * @returns What is wrong with the comments; the surface, one member a line; and what writes a reference as web pages.
 */
export async function readApi({ entry, tsconfig, name }) {
  const app = await Application.bootstrap({
    entryPoints: [entry],
    tsconfig,
    name,
    readme: 'none',
    excludePrivate: true,
    excludeProtected: true,
    excludeExternals: true,
    disableSources: true,
    // `npm run check` looks for errors of types by itself.
    skipErrorChecking: true,
    validation: { notDocumented: true, notExported: false, invalidLink: true },
    requiredToBeDocumented: documented,
  });
  const logger = new Complaints();
  app.logger = logger;
  const project = await app.convert();
  if (project === undefined) throw new Error(`typedoc cannot read ${entry}: ${logger.messages.join('\n')}`);
  app.validate(project);
  return {
    complaints: logger.messages,
    surface: (project.children ?? []).toSorted(byName).flatMap(linesOf),
    /** @param {string} folder */
    writeReference: (folder) => app.generateDocs(project, folder),
  };
}

/** @param {import('typedoc').DeclarationReflection} declaration */
function linesOf(declaration) {
  const { kind, name, children } = declaration;
  const title = `${ReflectionKind.singularString(kind).toLowerCase()} ${name}`;
  if (children === undefined) return describe(declaration, title);
  return [title, ...children.toSorted(byName).flatMap((child) => describe(child).map((line) => `  ${line}`))];
}

/**
 * One line, or one for each way to call it.
 * @param {import('typedoc').DeclarationReflection} declaration
 */
function describe({ name, signatures, type, flags }, title = name) {
  const prefix = `${flags.isStatic ? 'static ' : ''}${title}${flags.isOptional ? '?' : ''}`;
  if (signatures === undefined) return [prefix + typed(type)];
  return signatures.map(
    ({ parameters = [], type: result }) =>
      `${prefix}(${parameters.map(parameterOf).join(', ')})${typed(result)}`,
  );
}

/** @param {import('typedoc').ParameterReflection} parameter */
function parameterOf({ name, flags, defaultValue, type }) {
  const isOptional = flags.isOptional || defaultValue !== undefined;
  return `${flags.isRest ? '...' : ''}${name}${isOptional ? '?' : ''}${typed(type)}`;
}

/** @param {import('typedoc').SomeType | undefined} type */
function typed(type) {
  return type === undefined ? '' : `: ${type.toString()}`;
}

/**
 * @param {{ name: string }} one
 * @param {{ name: string }} other
 */
function byName(one, other) {
  return collator.compare(one.name, other.name);
}

/**
 * A file for reviews.
 * @param {readonly string[]} surface
 */
export function renderReport(surface) {
  const heading = [
    '# The interface of the native-like face',
    '',
    'Everything that an application can use of `@rotunda/client`, so that a review shows what changes. Written by `npm run docs:report`.',
  ];
  return [...heading, '', '```text', ...surface, '```', ''].join('\n');
}
