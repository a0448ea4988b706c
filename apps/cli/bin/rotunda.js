#!/usr/bin/env node
// npm links a command when it installs, which is before anything is built: so this file is not built.
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);

if (existsSync(program)) {
  await import(program.href);
} else {
  process.stderr.write('rotunda is not built yet: npm run build does that, and so does npm start.\n');
  process.exitCode = 1;
}
