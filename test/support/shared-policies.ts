import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The folder with trust policies collected from public repositories, if it is there: `IRSA_AUDITOR_POLICIES`, else
 * `../shared/policies` beside the repository. Tests over it are skipped where it is absent.
 */
export const sharedPolicies = (): string | undefined => {
  const folder = process.env.IRSA_AUDITOR_POLICIES ?? resolve(import.meta.dirname, '../../../shared/policies');
  if (existsSync(resolve(folder, 'judged.json'))) return folder;
  return undefined;
};
