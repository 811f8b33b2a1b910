import { loadSharedConfigFiles } from '@smithy/core/config';

/** Sections of the configuration that are no profiles (AWS CLI, "Configuration and credential file settings"). */
const otherSections = /^(sso-session|services)\./;

/** The profiles of the AWS configuration of this machine, where the SDK looks for them; none where there is none. */
export const knownProfiles = async (): Promise<readonly string[]> => {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const names = [...Object.keys(configFile).filter(name => !otherSections.test(name)), ...Object.keys(credentialsFile)];
  return [...new Set(names)].sort();
};
