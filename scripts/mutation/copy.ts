import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const left = ['node_modules', '.git', 'dist', 'cdk.out', 'reports', 'sandbox-out'];

/** The sources and tests in a folder of their own, so that nothing that is mistaken lies in the checkout. It is a repository without a
 *  commit, since some tests ask git for the files that are not ignored. */
export const copyCheckout = (): string => {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'irsa-auditor-mutation-')));
  for (const name of readdirSync('.')) if (!left.includes(name)) cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
  return copy;
};
