// The sources of a checkout are stripped of types each time: the compile cache of Node.js keeps the result, so that a program starts
// three times as fast (`npm run bench`). It lies in the checkout: what lies in a folder that others may write to would be run.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/irsa-auditor', import.meta.url)));
