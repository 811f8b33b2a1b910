import { complete } from '../../../lib/model/collected.ts';
import { audienceKey } from '../../../lib/model/irsa-annotation.ts';
import { defaultAudience } from '../../../lib/policy/decide/request.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-audience-refused` is known. */
export const examples: Examples = {
  pass: { title: 'provider and role take the audience', facts: () => asking(['team-audience']) },
  fail: { title: 'the provider does not list it', facts: () => asking(['sts.amazonaws.com']) },
  unknown: { title: 'the provider could not be read', facts: () => asking(undefined) },
};

const asking = (listed: readonly string[] | undefined) => {
  const account = aServiceAccount();
  const marked = { ...account, annotations: { ...account.annotations, [audienceKey]: 'team-audience' } };
  const trustPolicy = aTrustPolicy().replace(defaultAudience, 'team-audience');
  return someFacts({
    clusters: complete([aReadCluster({ serviceAccounts: complete([marked]), pods: complete([]) })]),
    providers: complete(listed ? [aProvider({ audiences: listed })] : []),
    roles: complete([aRole({ trustPolicy })]),
  });
};
