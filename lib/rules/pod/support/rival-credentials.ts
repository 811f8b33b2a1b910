import type { PodContainer } from '../../../model/kubernetes.ts';

/** Credentials in a container beside its role: names of variables, and paths of mounted files. */
export interface Rivals {
  /** Access keys, which come first in every SDK. */
  readonly keys: readonly string[];
  /** Profiles and shared credentials files, which come first in some. */
  readonly files: readonly string[];
  /** A configuration file. Its profile may use the role's own token: the EKS User Guide chains roles of several accounts
   *  so. Or it names another role, or keys. Its content is not read. */
  readonly hasConfiguration: boolean;
}

/** What a container has beside its role. Empty values and the null device hold nothing. */
export const rivalsOf = (container: PodContainer): Rivals => {
  const paths = Object.values(container.mounts);
  return {
    keys: ['AWS_ACCESS_KEY_ID'].filter(name => isSet(container, name)),
    files: [
      ...['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SHARED_CREDENTIALS_FILE'].filter(name => isSet(container, name)),
      ...paths.filter(path => /(^|[/\\])\.aws([/\\]credentials)?[/\\]?$/.test(path)),
    ],
    hasConfiguration:
      isSet(container, 'AWS_CONFIG_FILE') || paths.some(path => /(^|[/\\])\.aws[/\\]config$/.test(path)),
  };
};

/** A variable with a value that may name something; one by reference counts. */
const isSet = ({ awsVariables, emptyVariables = [], irsaEnvironment }: PodContainer, name: string): boolean =>
  awsVariables.includes(name) && !emptyVariables.includes(name) && !isNullDevice(irsaEnvironment[name] ?? '');

const isNullDevice = (path: string): boolean => path === '/dev/null' || /^nul:?$/i.test(path);
