/** A finding concerns one of two clusters whose issuers have one host. */
import { expect, test } from '@jest/globals';
import { concernsCluster } from '../../../lib/cli/report/concerns-cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, aRole, someFacts } from '../../support/example-world.ts';

const issuerOf = (id: string): string => `https://oidc.eks.sa-east-1.amazonaws.com/id/${id.repeat(32)}`;
const providerOf = (id: string): string => `arn:aws:iam::908070605040:oidc-provider/${issuerOf(id).slice(8)}`;
const roleOf = (name: string, Principal: unknown, Action = 'sts:AssumeRoleWithWebIdentity') =>
  aRole({
    ...{ name, arn: `arn:aws:iam::908070605040:role/${name}` },
    trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action }] }),
  });
const roles = [
  roleOf('of-tango', { Federated: providerOf('A') }),
  roleOf('of-both', { Federated: [providerOf('B'), providerOf('A')] }),
  roleOf('of-everyone', '*'),
  roleOf('associated', { Service: 'pods.eks.amazonaws.com' }, 'sts:AssumeRole'),
  roleOf('of-none', { AWS: '908070605040' }, 'sts:AssumeRole'),
];
const arnOf = (name: string): string => `arn:aws:iam::908070605040:role/${name}`;
const association = { id: 'a-1', namespace: 'n', serviceAccount: 's', roleArn: arnOf('associated') };
const clusters = (['tango', 'samba'] as const).map((name, at) => {
  const cluster = aCluster({
    ...{ name, issuer: issuerOf(at === 0 ? 'A' : 'B') },
    arn: `arn:aws:eks:sa-east-1:908070605040:cluster/${name}`,
  });
  return { ...aReadCluster({}, { cluster }), podIdentity: complete(name === 'samba' ? [association] : []) };
});
const facts = [someFacts({ clusters: complete(clusters), roles: complete(roles) })];

test.each<readonly [what: string, finding: Parameters<typeof concernsCluster>[0], concerned: readonly string[]]>([
  ['its name', { clusterName: 'samba' }, ['samba']],
  ['the name of no cluster', { clusterName: 'samb' }, []],
  ['its issuer', { issuer: issuerOf('A') }, ['tango']],
  ['its provider', { providerArn: providerOf('B') }, ['samba']],
  ['a provider of another id at the same host', { providerArn: providerOf('C') }, []],
  ['a role that trusts it', { roleArn: arnOf('of-tango') }, ['tango']],
  ['a role that trusts both', { roleArn: arnOf('of-both') }, ['tango', 'samba']],
  ['a role that trusts everyone', { roleArn: arnOf('of-everyone') }, ['tango', 'samba']],
  ['a role of an association', { roleArn: arnOf('associated') }, ['samba']],
  ['a role that trusts neither', { roleArn: arnOf('of-none') }, []],
  ['a role that was not read', { roleArn: arnOf('gone') }, []],
  ['nothing', {}, []],
])('%s', (_, finding, concerned) => {
  expect(['tango', 'samba'].filter(name => concernsCluster(finding, name, facts))).toEqual(concerned);
});
