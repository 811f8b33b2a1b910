// The command line of a checkout, whose sources Node.js strips of types each time: its compile cache keeps the result, so
// that a command starts three times as fast (`npm run bench`). It lies in the checkout: what lies in a folder that others
// may write to would be run.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/irsa-auditor', import.meta.url)));
await import('./irsa-auditor.ts');
