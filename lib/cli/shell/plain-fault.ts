import { unknownName } from './unknown-name.ts';

/** What AWS's SDK throws where no region is known; it has no name of its own. */
const noRegion = 'Region is missing';

/** The error as a sentence for the person who can help it, where it is that there is no region or that credentials do not
 *  work; else the error. Only what has failed loads what this needs. */
export const plainFault = async (error: unknown): Promise<unknown> => {
  if (error instanceof Error && error.message === noRegion) {
    const { regionMissing } = await import('../../collect/clients.ts');
    return regionMissing(error);
  }
  const { credentialsProblem } = await import('../../collect/unread-from-error.ts');
  return credentialsProblem(error) ?? error;
};

/** Throws `UsageError` for a profile that the AWS configuration of this machine does not have: the SDK says only that it
 *  could load no credentials. */
export const requireProfile = async (profile: unknown): Promise<void> => {
  if (typeof profile !== 'string') return;
  const { knownProfiles } = await import('../../collect/profiles.ts');
  const known = await knownProfiles();
  if (!known.includes(profile)) throw unknownName('--profile', 'AWS profile', profile, known);
};
