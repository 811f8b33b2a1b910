import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The folder with trust policies collected from public repositories, if it is there: `IRSA_AUDITOR_POLICIES`, else
 * `../shared/policies` beside the repository. Says so where it is absent: the tests over it are then skipped.
 */
export const sharedPolicies = (): string | undefined => {
  const folder = process.env.IRSA_AUDITOR_POLICIES ?? resolve(import.meta.dirname, '../../../shared/policies');
  if (existsSync(resolve(folder, 'judged.json'))) return folder;
  process.stderr.write(`skipped: no policies in ${folder} (set IRSA_AUDITOR_POLICIES)\n`);
  return undefined;
};
