#!/usr/bin/env node
// Plain JavaScript on purpose: it runs on any Node and says what is wanted where that is too old for the rest.
import { existsSync } from 'node:fs';

const built = new URL('../dist/irsa-auditor.js', import.meta.url);
const isBuilt = existsSync(built);
// What is built runs on 22.15, whose zlib the client of Kubernetes wants; sources in TypeScript run on 24.
const [wantedMajor, wantedMinor] = isBuilt ? [22, 15] : [24, 0];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  process.stderr.write(`irsa-auditor: Node.js ${process.versions.node} is too old: ${wantedMajor}.${wantedMinor} or later is wanted. In a checkout, use npx --no-install irsa-auditor: npm brings its own.\n`);
  process.exitCode = 2;
} else {
  await import(isBuilt ? built.href : new URL('./from-source.js', import.meta.url).href);
}
