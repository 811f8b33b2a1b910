/** `npm run build [-- FOLDER]`: makes what the published package runs, in dist/: Node strips no types below node_modules. The command
 *  line, the handlers, the construct for CDK apps with its types, and the licences of what is bundled. */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constructTypes } from './construct-types.ts';
import { licencesFile, thirdPartyLicences } from './licences.ts';
import { packageBundles } from './package-bundles.ts';

const [outdir = 'dist'] = process.argv.slice(2);
rmSync(outdir, { recursive: true, force: true });
const metafiles = await packageBundles(outdir);
chmodSync(join(outdir, 'irsa-auditor.js'), 0o755);
writeFileSync(
  join(outdir, 'construct.d.ts'),
  constructTypes(JSON.parse(readFileSync('docs/schema/config.json', 'utf8'))),
);
writeFileSync(join(outdir, licencesFile), `${thirdPartyLicences(metafiles)}\n`);
