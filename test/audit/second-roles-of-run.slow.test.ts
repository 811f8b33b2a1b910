/** Second roles in another audited account: targets of Pod Identity associations, and roles that programs are told to assume. */
import { expect, test } from '@jest/globals';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { factsOfAccount } from '../../lib/audit/steps/facts-of.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { probeIssuers } from '../../lib/audit/steps/probe-issuers.ts';
import type { Role } from '../../lib/model/account.ts';
import { complete } from '../../lib/model/collected.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { podIdentityRoleMissing } from '../../lib/rules/pod-identity/pod-identity-role-missing.ts';
import { podIdentityTargetNotTrusting } from '../../lib/rules/pod-identity/pod-identity-target-not-trusting.ts';
import { serviceAccountSecondRole } from '../../lib/rules/service-account/service-account-second-role.ts';
import { anAssociation, aPodIdentityRole } from '../rules/pod-identity/example-association.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';
import { aContainer, aPod, aReadCluster } from '../support/example-cluster.ts';
import { aRole, aSnapshot } from '../support/example-world.ts';

const [main, other] = ['111122223333', '444455556666'];
const far = `arn:aws:iam::${other}:role/far`;
const [first, ofPods] = [anAssociation().roleArn ?? '', aRole().arn];
const both = ['sts:AssumeRole', 'sts:TagSession'];

const farRole = (AWS: string, Action: string | readonly string[] = both): Role =>
  aRole({
    arn: far,
    name: 'far',
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS }, Action }],
    }),
  });
const targeting = aReadCluster(
  {},
  { podIdentity: complete([anAssociation({ serviceAccount: 'ledger', targetRoleArn: far })]) },
);
const assuming = aReadCluster({ pods: complete([aPod({ containers: [aContainer({ assumesRole: far })] })]) });

/** The findings of both rules on the main account in a run over two, as the steps hand its facts on by documents. */
const told = async (cluster: typeof targeting, roles: readonly Role[], accounts = [main, other]) => {
  const ports = portsOver({
    [main]: aSnapshot({ clusters: complete([cluster]), roles: complete([aRole(), aPodIdentityRole()]) }),
    ...(accounts.includes(other) && { [other]: aSnapshot({ accountId: other, roles: complete(roles) }) }),
  });
  const state = await listTargets(ports, aStart());
  const choices = someChoices();
  for (const accountId of state.accounts) await collectAccount(ports, choices, { ...aStart(), accountId });
  await indexIssuers(ports, choices, state);
  await probeIssuers(ports, state);
  const read = await factsOfAccount(ports.documents, choices, { ...aStart(), accountId: main });
  if ('reason' in read) throw new Error(read.reason.message);
  const { findings, undecided } = evaluate(read.facts, {
    rules: [podIdentityRoleMissing, podIdentityTargetNotTrusting, serviceAccountSecondRole],
  });
  return [...findings.map(({ messageId }) => messageId), ...undecided.map(({ kind }) => kind)];
};

test.each<[string, typeof targeting, readonly Role[], readonly string[]]>([
  ['the target of an association trusts its role', targeting, [farRole(first)], []],
  ['it trusts another one', targeting, [farRole(ofPods)], ['silent']],
  ['it refuses the tags', targeting, [farRole(first, 'sts:AssumeRole')], ['noTags']],
  ['it does not exist', targeting, [], ['target']],
  ['the second role of a program trusts the role of its pods', assuming, [farRole(ofPods)], []],
  ['that trusts another one', assuming, [farRole(first)], ['silent']],
  ['that does not exist', assuming, [], ['absent']],
])('in another audited account: %s', async (_title, cluster, roles, expected) => {
  expect(await told(cluster, roles)).toEqual(expected);
});

test.each([
  ['the target of an association', targeting],
  ['the second role of a program', assuming],
])('in an account that is not audited %s is unknown', async (_title, cluster) => {
  expect(await told(cluster, [], [main])).toContain('not-asked-for');
});
