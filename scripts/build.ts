/** `npm run build`: bundles the command line into dist/, for the published package: Node strips no types below
 *  node_modules. */
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { commandLineBundle } from './command-line-bundle.ts';

rmSync('dist', { recursive: true, force: true });
await build({ ...commandLineBundle, logLevel: 'warning' });
chmodSync('dist/irsa-auditor.js', 0o755);
