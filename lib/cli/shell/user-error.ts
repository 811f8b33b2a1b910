import { UsageError } from './io.ts';
import { unknownName } from './unknown-name.ts';

/** The message of AWS's SDK where no region is known; the error has no name of its own. */
const noRegion = 'Region is missing';

/** Failures of the network, as Node.js names them (errno(3), getaddrinfo(3)). */
const unreachable = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b/;

/** The error as a sentence for the person who can help it, where it is that there is no region, that AWS is not reached or that credentials do not
 *  work; else the error. Only what has failed loads what this needs. */
export const userError = async (
  error: unknown,
  { AWS_PROFILE }: { readonly AWS_PROFILE?: string | undefined } = {},
): Promise<unknown> => {
  if (error instanceof Error && (error.message === noRegion || error.name === 'RegionMissing')) {
    const unknown = await requireProfile(AWS_PROFILE, 'AWS_PROFILE').catch((fault: unknown) => fault);
    if (unknown !== undefined) return unknown;
    const { regionMissing } = await import('../../collect/clients.ts');
    return regionMissing(error);
  }
  const ofProxy = await proxyFault(error);
  if (ofProxy !== undefined) return ofProxy;
  if (error instanceof Error && !(error instanceof UsageError) && unreachable.test(error.message))
    return new UsageError(`${error.message}; check the region and the network (--region, HTTPS_PROXY)`, {
      cause: error,
    });
  const { credentialsProblem } = await import('../../collect/unread-from-error.ts');
  return credentialsProblem(error) ?? error;
};

/** The failure of the proxy behind an error, in its own words; and the CA that is missing where a proxy inspects TLS. */
const proxyFault = async (error: unknown): Promise<Error | undefined> => {
  const { errorParts, isUntrustedCertificate, proxyFailed } = await import('../../kit/classify-error.ts');
  const found = causesOf(error).find(({ name }) => name === proxyFailed);
  if (found) return new UsageError(found.message, { cause: error });
  const untrusted = causesOf(error).find(cause => isUntrustedCertificate(errorParts(cause)));
  if (untrusted === undefined) return undefined;
  return new UsageError(
    `the certificate of AWS is not trusted here: ${untrusted.message}; where a proxy inspects TLS, name the CA bundle of your network in AWS_CA_BUNDLE`,
    { cause: error },
  );
};

/** An error and those behind it, the outermost first. */
const causesOf = (error: unknown): readonly Error[] => {
  const found: Error[] = [];
  for (let each = error; each instanceof Error && found.length < 10; each = each.cause) found.push(each);
  return found;
};

/** Throws `UsageError` for a profile that the AWS configuration of this machine does not have: the SDK says only that it
 *  could load no credentials. */
export const requireProfile = async (profile: unknown, option = '--profile'): Promise<void> => {
  if (typeof profile !== 'string') return;
  const known = await knownProfiles();
  if (!known.includes(profile)) throw unknownName(option, 'AWS profile', profile, known);
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
