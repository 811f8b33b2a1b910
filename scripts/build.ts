/** `npm run build`: bundles the command line into dist/, for the published package: Node strips no types below
 *  node_modules. */
import { chmodSync } from 'node:fs';
import { build } from 'esbuild';

await build({
  entryPoints: ['bin/irsa-auditor.ts'],
  outfile: 'dist/irsa-auditor.js',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
chmodSync('dist/irsa-auditor.js', 0o755);
