import { addonServiceAccounts } from '../../../lib/facts/addon-service-accounts.ts';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { roleArnKey } from '../../../lib/model/irsa-annotation.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { exampleAccountId, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `addon-role-differs` is known. */
export const examples: Examples = {
  pass: { title: 'the add-on and its service account have one role', facts: () => worldWith(ebsRole) },
  fail: {
    title: 'somebody annotated the service account of the EBS driver with another role',
    facts: () => worldWith(`arn:aws:iam::${exampleAccountId}:role/ebs-new`),
  },
  unknown: {
    title: 'add-ons were not asked for',
    facts: () => someFacts({ clusters: complete([aReadCluster({}, { addons: notAskedFor('eks:ListAddons') })]) }),
  },
};

const ebsRole = `arn:aws:iam::${exampleAccountId}:role/ebs`;

const worldWith = (annotated: string) => {
  const account = addonServiceAccounts.get('aws-ebs-csi-driver');
  const detail = { status: 'ACTIVE', roleArn: ebsRole, hasPodIdentity: false, configuresServiceAccount: false };
  const serviceAccount = aServiceAccount({ ...account, annotations: { [roleArnKey]: annotated } });
  const addons = complete([{ name: 'aws-ebs-csi-driver', detail }]);
  return someFacts({ clusters: complete([aReadCluster({ serviceAccounts: complete([serviceAccount]) }, { addons })]) });
};
