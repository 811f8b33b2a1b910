import { UsageError } from './io.ts';
import { unknownName } from './unknown-name.ts';

/** The message of AWS's SDK where no region is known; the error has no name of its own. */
const noRegion = 'Region is missing';

/** Failures of the network, as Node.js names them (errno(3), getaddrinfo(3)). */
const unreachable = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b/;

/** The error as a sentence for the person who can help it, where it is that there is no region, that AWS is not reached or that credentials do not
 *  work; else the error. Only what has failed loads what this needs. */
export const userError = async (error: unknown): Promise<unknown> => {
  if (error instanceof Error && error.message === noRegion) {
    const { regionMissing } = await import('../../collect/clients.ts');
    return regionMissing(error);
  }
  if (error instanceof Error && unreachable.test(error.message))
    return new UsageError(`${error.message}; check the region and the network (--region, HTTPS_PROXY)`, {
      cause: error,
    });
  const { credentialsProblem } = await import('../../collect/unread-from-error.ts');
  return credentialsProblem(error) ?? error;
};

/** Throws `UsageError` for a profile that the AWS configuration of this machine does not have: the SDK says only that it
 *  could load no credentials. */
export const requireProfile = async (profile: unknown): Promise<void> => {
  if (typeof profile !== 'string') return;
  const known = await knownProfiles();
  if (!known.includes(profile)) throw unknownName('--profile', 'AWS profile', profile, known);
};

/** Sections of the configuration that are no profiles (AWS CLI, "Configuration and credential file settings"). */
const otherSections = /^(sso-session|services)\./;

/** The profiles of the AWS configuration of this machine, where the SDK looks for them; none where there is none. */
const knownProfiles = async (): Promise<readonly string[]> => {
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const names = [...Object.keys(configFile).filter(name => !otherSections.test(name)), ...Object.keys(credentialsFile)];
  return [...new Set(names)].sort();
};
