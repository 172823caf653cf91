#!/usr/bin/env node
/** The program as npm links it. What is built has no place of its own in a fresh checkout: this file has, and may be run. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(fileURLToPath(built))) await import(built.href);
else {
  process.stderr.write('countersign is not built here. Run "npm run build" first, or "npm start".\n');
  process.exitCode = 1;
}
