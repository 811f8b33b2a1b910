/** `npm run build [-- FOLDER]`: makes what the published package runs, in dist/: Node strips no types below node_modules. The command
 *  line, the handlers, the construct for CDK apps with its types, and the licences of what is bundled. */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleSteps } from '../lib/infra/bundle.ts';
import { commandLineBundle, constructBundle } from './command-line-bundle.ts';
import { constructTypes } from './construct-types.ts';
import { hclGrammarPackages } from './hcl-grammar-module.ts';
import { thirdPartyLicences } from './licences.ts';

const [outdir = 'dist'] = process.argv.slice(2);
rmSync(outdir, { recursive: true, force: true });
const program = await build({ ...commandLineBundle, outdir, metafile: true, logLevel: 'warning' });
chmodSync(join(outdir, 'irsa-auditor.js'), 0o755);
const construct = await build({ ...constructBundle, outdir, metafile: true, logLevel: 'warning' });
writeFileSync(
  join(outdir, 'construct.d.ts'),
  constructTypes(JSON.parse(readFileSync('docs/schema/config.json', 'utf8'))),
);
const { metafile } = await bundleSteps(resolve(outdir, 'lambdas'));
const licences = thirdPartyLicences([program.metafile, construct.metafile, metafile], hclGrammarPackages);
writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES'), `${licences}\n`);
