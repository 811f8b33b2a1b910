/** A narrowed question keeps each gap that may be about it, and no gap that is about something else. */
import { expect, test } from '@jest/globals';
import { inQuestion, questionPlaceOf } from '../../../lib/cli/report/in-question.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { roleArnKey } from '../../../lib/model/irsa-annotation.ts';
import { aReadCluster, aServiceAccount, someKubernetes } from '../../support/example-cluster.ts';
import { aCluster, aRole, someFacts } from '../../support/example-world.ts';

const band = { namespace: 'milonga', name: 'band' };
const accountId = '908070605040';
const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const account = (serviceAccount: string) => ({ namespace: 'milonga', serviceAccount });
const unread = unavailable<never>({ kind: 'denied', operation: 'o', message: 'm' });
const issuerOf = (id: string): string => `https://oidc.eks.sa-east-1.amazonaws.com/id/${id.repeat(32)}`;
const named = (name: string, id: string, kubernetes = complete(someKubernetes())) => ({
  ...aReadCluster({}, {}),
  cluster: aCluster({ name, issuer: issuerOf(id), arn: `arn:aws:eks:sa-east-1:908070605040:cluster/${name}` }),
  kubernetes,
});
const trusting = (name: string, id: string, sub?: string) => {
  const provider = `arn:aws:iam::908070605040:oidc-provider/${issuerOf(id).slice(8)}`;
  const Condition = sub === undefined ? {} : { StringLike: { [`${issuerOf(id).slice(8)}:sub`]: sub } };
  const Action = 'sts:AssumeRoleWithWebIdentity';
  const Statement = [{ Effect: 'Allow', Principal: { Federated: provider }, Action, Condition }];
  return aRole({
    ...{ name, arn: `arn:aws:iam::908070605040:role/${name}` },
    trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
};
const doubted = trusting('doubted', 'A', 'system:serviceaccount:milonga:band');
const facts = [
  someFacts({
    clusters: complete([
      named(
        'tango',
        'A',
        complete(
          someKubernetes({
            namespaces: complete([{ name: 'milonga', labels: {}, terminating: false }]),
            serviceAccounts: complete([
              aServiceAccount({ ...band, annotations: { [roleArnKey]: roleArn('of-band') } }),
              aServiceAccount({ namespace: 'milonga', name: 'crowd', annotations: {} }),
            ]),
          }),
        ),
      ),
      named(
        'samba',
        'B',
        complete(someKubernetes({ namespaces: complete([{ name: 'carnival', labels: {}, terminating: false }]) })),
      ),
      named('fado', 'C', unread),
    ]),
    roles: complete([
      ...[trusting('of-tango', 'A'), trusting('of-samba', 'B')],
      ...[
        trusting('of-band', 'C', 'system:serviceaccount:other:*'),
        trusting('of-floor', 'D', 'system:serviceaccount:milonga:f*'),
      ],
      { ...doubted, trustPolicy: doubted.trustPolicy.replace('Like":{', 'Like":{"aws:ResourceTag/x":"y",') },
      aRole({ name: 'unread', arn: roleArn('unread'), trustPolicy: '{' }),
    ]),
  }),
];
test.each([
  ['a cluster: its own gap', { cluster: ['tango'] }, { accountId, clusterName: 'tango' }, true],
  ['a cluster: the gap of another', { cluster: ['tango'] }, { accountId, clusterName: 'samba' }, false],
  ['a cluster: the gap of one that was not described', { cluster: ['tango'] }, { clusterName: 'rumba' }, false],
  ['a cluster that was not described: its own gap', { cluster: ['rumba'] }, { clusterName: 'rumba' }, true],
  ['a cluster that was not described: any issuer', { cluster: ['rumba'] }, { issuer: issuerOf('B') }, true],
  ['a cluster: its issuer', { cluster: ['tango'] }, { issuer: issuerOf('A') }, true],
  ['a cluster: another issuer', { cluster: ['tango'] }, { issuer: issuerOf('B') }, false],
  ['a cluster: what the whole account lacks', { cluster: ['tango'] }, { accountId }, true],
  ['a cluster: a role that its pods may assume', { cluster: ['tango'] }, { roleArn: roleArn('of-tango') }, true],
  ['a cluster: a role of another', { cluster: ['tango'] }, { roleArn: roleArn('of-samba') }, false],
  ['a namespace: the cluster that has it', { namespace: 'milonga' }, { clusterName: 'tango' }, true],
  ['a namespace: a cluster without it', { namespace: 'milonga' }, { clusterName: 'samba' }, false],
  ['a namespace: a cluster whose namespaces were not read', { namespace: 'milonga' }, { clusterName: 'fado' }, true],
  ['a namespace: a cluster that was not described', { namespace: 'milonga' }, { clusterName: 'rumba' }, true],
  [
    'a service account: another one',
    { serviceAccount: ['milonga/band'] },
    { namespace: 'milonga', serviceAccount: 'x' },
    false,
  ],
  [
    'a service account: itself',
    { serviceAccount: ['milonga/band'] },
    { namespace: 'milonga', serviceAccount: 'band' },
    true,
  ],
  ['two clusters: a role of the second', { cluster: ['tango', 'samba'] }, { roleArn: roleArn('of-samba') }, true],
  ['two clusters: a role of the first', { cluster: ['tango', 'samba'] }, { roleArn: roleArn('of-tango') }, true],
  ['two clusters: a role of a third', { cluster: ['tango', 'fado'] }, { roleArn: roleArn('of-samba') }, false],
  ['two clusters: the issuer of the second', { cluster: ['tango', 'samba'] }, { issuer: issuerOf('B') }, true],
  ['two clusters, one not described: any issuer', { cluster: ['tango', 'rumba'] }, { issuer: issuerOf('B') }, true],
  ['two accounts: the second', { account: ['111111111111', accountId] }, { accountId }, true],
  ['two roles: the second', { role: ['of-tango', 'of-samba'] }, { roleArn: roleArn('of-samba') }, true],
  ['a role by its ARN', { role: [roleArn('of-samba')] }, { roleArn: roleArn('of-samba') }, true],
  ['a role of another cluster', { cluster: ['tango'], role: ['of-samba'] }, { roleArn: roleArn('of-samba') }, false],
  [
    'two service accounts: the second',
    { serviceAccount: ['a/b', 'milonga/band'] },
    { namespace: 'milonga', serviceAccount: 'band' },
    true,
  ],
  ['a role: another one', { role: ['of-tango'] }, { roleArn: roleArn('of-samba') }, false],
  // of-tango and of-samba are for every service account of their clusters.
  ['a namespace: a role for all', { namespace: 'milonga' }, { roleArn: roleArn('of-tango') }, true],
  ['a namespace: a role by a pattern', { namespace: 'milonga' }, { roleArn: roleArn('of-floor') }, true],
  ['a namespace: a role by another pattern', { namespace: 'carnival' }, { roleArn: roleArn('of-floor') }, false],
  ['a namespace: a role that an annotation names', { namespace: 'milonga' }, { roleArn: roleArn('of-band') }, true],
  ['a namespace: a role of another', { namespace: 'carnival' }, { roleArn: roleArn('of-band') }, false],
  ['a namespace: a role that is not understood', { namespace: 'carnival' }, { roleArn: roleArn('unread') }, true],
  ['a namespace: a role in doubt', { namespace: 'milonga' }, { roleArn: roleArn('doubted') }, true],
  ['a namespace: a role in doubt of another', { namespace: 'carnival' }, { roleArn: roleArn('doubted') }, false],
  ['a namespace: a role that is not there', { namespace: 'carnival' }, { roleArn: roleArn('none') }, true],
  ['a service account: its role', { serviceAccount: ['milonga/band'] }, { roleArn: roleArn('of-band') }, true],
  ['a service account: by a pattern', { serviceAccount: ['milonga/fan'] }, { roleArn: roleArn('of-floor') }, true],
  ['a service account: outside of it', { serviceAccount: ['milonga/band'] }, { roleArn: roleArn('of-floor') }, false],
  ['a role: its issuer', { role: ['of-samba'] }, { issuer: issuerOf('B') }, true],
  ['a role: the issuer of others', { role: ['of-samba'] }, { issuer: issuerOf('A') }, false],
  ['a role: who names it', { role: ['of-band'] }, { clusterName: 'tango', ...account('band') }, true],
  ['a role: who names another one', { role: ['of-tango'] }, { clusterName: 'tango', ...account('band') }, false],
  ['a role: who names none', { role: ['of-tango'] }, { clusterName: 'tango', ...account('crowd') }, true],
  ['an account: another one', { account: ['111111111111'] }, { accountId }, false],
] as const)('%s', (_, filter, place, isAsked) => {
  expect(inQuestion(filter, facts)(place)).toBe(isAsked);
});

test('the subject of an undecided check is a place, and that of one which was asked for nowhere is everywhere', () => {
  const isAsked = inQuestion({ cluster: ['tango'] }, facts);
  const arn = (name: string) => `arn:aws:eks:sa-east-1:${accountId}:cluster/${name}`;
  expect(
    ['*', arn('tango'), `${arn('samba')}/serviceaccount/a/b`, issuerOf('B'), issuerOf('A')].map(subject =>
      isAsked(questionPlaceOf(subject)),
    ),
  ).toEqual([true, true, false, false, true]);
});
