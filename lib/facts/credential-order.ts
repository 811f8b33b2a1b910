/** Which SDKs read a profile before a web identity token (docs/facts.md §C.3), and which of them a service account uses. */

import { assumeEventsOf, type Collected, type RuntimeFacts, workingAgentsOf } from '../model.ts';
import { given } from '../text.ts';
import { sdksOf } from './sdk-version.ts';

/** SDKs that take AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE before any profile of the environment. */
const tokenFirst: ReadonlySet<string> = new Set([
  'AWS CLI',
  'AWS SDK for Go v2',
  'AWS SDK for Java v2',
  'boto3',
  'botocore',
]);

/** SDKs that read the profile first. */
const profileFirst: ReadonlySet<string> = new Set(['AWS SDK for JavaScript v3', 'AWS SDK for Rust']);

/** The user agents of a service account's SDKs in CloudTrail. */
interface SeenSdks {
  /** True if a profile in the environment is known to do nothing: every SDK that was seen takes the token first, or was
   *  seen to get this very role with its token. */
  readonly isIgnored: boolean;
  /** An SDK that was seen and reads the profile first. */
  readonly readsFirst?: string;
}

/** Looks at the calls of one subject, for whichever role; `roleArn` is the role that it is to have. */
export const seenSdks = (runtime: Collected<RuntimeFacts>, subject: string, roleArn: string): SeenSdks => {
  const events = assumeEventsOf(runtime).filter(event => event.subject === subject);
  const agents = events.flatMap(({ userAgents }) => userAgents);
  const working = new Set(events.filter(event => event.roleArn === roleArn).flatMap(workingAgentsOf));
  const names = agents.flatMap(agent =>
    working.has(agent)
      ? []
      : sdksOf(agent)
          .map(({ name }) => name)
          .concat(sdksOf(agent).length === 0 ? agent : []),
  );
  const readsFirst = names.find(name => profileFirst.has(name));
  return { isIgnored: agents.length > 0 && names.every(name => tokenFirst.has(name)), ...given({ readsFirst }) };
};
