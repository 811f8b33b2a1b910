/** A CDK app with the published construct in it, synthesized by a process of its own as `cdk synth` does. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assetsOf, type Synthesized } from '../../sandbox/door/synthesize.ts';
import { builtPackage } from './bundled.ts';

/** An app that was run: its end, and its stack `Platform` where it has one. */
interface RunApp {
  readonly status: number | null;
  readonly stderr: string;
  readonly platform: () => Synthesized;
}

/** Runs the text of an app in a folder, which gets the built package and CDK. */
export const runApp = async (folder: string, text: string): Promise<RunApp> => {
  const packages = join(folder, 'node_modules');
  mkdirSync(packages, { recursive: true });
  for (const name of ['aws-cdk-lib', 'constructs']) symlinkSync(resolve('node_modules', name), join(packages, name));
  symlinkSync(await builtPackage(), join(packages, 'irsa-auditor'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'app.ts'), text);
  const outdir = join(folder, 'cdk.out');
  const { status, stderr } = spawnSync(process.execPath, ['app.ts'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder, CDK_OUTDIR: outdir, NODE_NO_WARNINGS: '1' },
  });
  const platform = () => ({
    template: JSON.parse(readFileSync(join(outdir, 'Platform.template.json'), 'utf8')),
    memberTemplate: { Resources: {} },
    eventsTemplate: { Resources: {} },
    assetOf: assetsOf(outdir, 'Platform'),
  });
  return { status, stderr, platform };
};
