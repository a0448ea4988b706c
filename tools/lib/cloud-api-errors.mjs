/**
 * The page on what the Cloud API refuses with.
 * @param {Readonly<Record<string, string>>} errors Code -> when it is given.
 * @param {Readonly<Record<string, { parameters: Readonly<Record<string, Parameter>> }>>} actions
 *
 * @typedef {{ allowed: string, absent: { value: unknown } | null, codes: Codes }} Parameter
 * @typedef {{ missing?: string, type?: string, value?: string, oversize?: string }} Codes
 */
export function renderErrors(errors, actions) {
  return [
    '# Errors of the Cloud API',
    '',
    'Every code that this server gives, written from the code by `npm run docs:errors`. An answer with an error has status 200 too: `{"Response":{"Error":{"Code":"…","Message":"…"},"RequestId":"…"}}`. Messages are for your log, and may change.',
    '',
    ...table(
      ['Code', 'When'],
      Object.entries(errors)
        .toSorted(byCode)
        .map(([code, when]) => [`\`${code}\``, when]),
    ),
    '',
    '## Parameters',
    '',
    'What is wrong with a parameter is told by these codes, for the first parameter that is wrong. A parameter that the action does not have is an `UnknownParameter`.',
    ...Object.entries(actions).flatMap(([name, { parameters }]) => [
      '',
      `### ${name}`,
      '',
      ...parameterTable(parameters),
    ]),
    '',
  ].join('\n');
}

/** @param {Readonly<Record<string, Parameter>>} parameters */
function parameterTable(parameters) {
  const rows = Object.entries(parameters).map(([name, { allowed, absent, codes }]) => {
    const type = codes.type ?? 'InvalidParameter';
    const value = codes.value ?? codes.type ?? 'InvalidParameterValue';
    const invalid = [...new Set([type, value, codes.oversize ?? value])];
    const missing = absent === null ? [codes.missing ?? 'MissingParameter'] : [];
    return [
      `\`${name}\``,
      `${allowed}${whenAbsent(absent)}`,
      [...missing, ...invalid].map((code) => `\`${code}\``).join(', '),
    ];
  });
  return table(['Parameter', 'What it must be', 'Codes'], rows);
}

/** @param {{ value: unknown } | null} absent */
function whenAbsent(absent) {
  if (absent === null) return '';
  return absent.value === undefined ? '; may be left out' : `; ${JSON.stringify(absent.value)} if left out`;
}

/**
 * Its columns are as wide as their widest cell, which is how Prettier has it.
 * @param {readonly string[]} header
 * @param {readonly (readonly string[])[]} rows
 */
function table(header, rows) {
  const all = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [first = [], ...others] = all;
  return [line(first), rule, ...others.map(line)];
}

/**
 * @param {[string, string]} one
 * @param {[string, string]} other
 */
function byCode([one], [other]) {
  return one < other ? -1 : 1;
}
