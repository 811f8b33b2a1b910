#!/usr/bin/env node
// Plain JavaScript on purpose: it runs on any Node and says what is wanted where that is too old for the rest.
import { existsSync } from 'node:fs';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(`irsa-auditor: Node.js ${process.versions.node} is too old: 24 or later is wanted. In a checkout, use npx --no-install irsa-auditor: npm brings its own.\n`);
  process.exitCode = 2;
} else {
  const built = new URL('../dist/irsa-auditor.js', import.meta.url);
  await import(existsSync(built) ? built.href : new URL('./irsa-auditor.ts', import.meta.url).href);
}
