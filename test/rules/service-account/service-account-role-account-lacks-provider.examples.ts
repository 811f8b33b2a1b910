import { providerArn } from '../../../lib/model/arn.ts';
import { complete } from '../../../lib/model/collected.ts';
import { roleArnKey } from '../../../lib/model/irsa-annotation.ts';
import type { FleetIndex } from '../../../lib/model/snapshot.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-role-account-lacks-provider` is known. */
export const examples: Examples = {
  pass: { title: 'the other account has the provider', facts: () => otherAccount(true) },
  fail: { title: 'the other account has none', facts: () => otherAccount(false) },
  unknown: { title: 'the other account is not audited', facts: () => otherAccount(undefined) },
};

const otherId = '444455556666';

const otherAccount = (hasProvider: boolean | undefined) => {
  const fleet: FleetIndex = {
    clusters: [],
    providers: hasProvider ? [{ arn: providerArn('aws', otherId, exampleIssuer), accountId: otherId }] : [],
    accounts: hasProvider === undefined ? [] : [{ accountId: otherId, rolesRead: true, providersRead: true }],
    roles: [],
    gaps: [],
  };
  const account = aServiceAccount({ annotations: { [roleArnKey]: `arn:aws:iam::${otherId}:role/cart` } });
  return someFacts({
    clusters: complete([aReadCluster({ serviceAccounts: complete([account]), pods: complete([]) })]),
    fleet,
  });
};
