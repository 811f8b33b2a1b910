import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { anAssociation, aPodIdentityRole } from './example-association.ts';

/** Worlds in which the verdict of `pod-identity-chain-refuses-tags` is known. */
export const examples: Examples = {
  pass: { title: 'the second role allows both actions', facts: () => worldOf(['sts:AssumeRole', 'sts:TagSession']) },
  fail: { title: 'the second role allows sts:AssumeRole alone', facts: () => worldOf('sts:AssumeRole') },
  unknown: {
    title: 'only the list of associations was read',
    facts: () => {
      const { roleArn: _unread, ...association } = anAssociation();
      return someFacts({ clusters: complete([aReadCluster({}, { podIdentity: complete([association]) })]) });
    },
  },
};

const worldOf = (Action: string | readonly string[]) => {
  const Principal = { AWS: anAssociation().roleArn };
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action }] });
  return someFacts({
    clusters: complete([aReadCluster({}, { podIdentity: complete([anAssociation()]) })]),
    roles: complete([aPodIdentityRole(), aRole({ name: 'ledger', trustPolicy })]),
  });
};
