import type { StatementSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import { nearest } from '../../text/nearest.ts';
import { subjectOf } from '../../trust/evaluate/request.ts';
import { defineRule, type Failure, failOrPass, notApplicable, reasonOf, unknown } from '../define-rule.ts';
import { aReadCluster } from '../example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { type ExactSubject, exactSubjects, withSubject } from './support/exact-subjects.ts';
import { type Inventory, inventoryOf } from './support/existing-accounts.ts';
import { unreadProvider } from './support/exposure.ts';
import { policyFix, terraformCondition } from './support/policy-fix.ts';
import { policyEvidence } from './support/statement-view.ts';

/** An account that does not exist in a namespace that does: a slip of the pen, or a workload that is gone. */
export const trustSubjectUnknownServiceAccount = defineRule({
  id: 'trust-subject-unknown-service-account',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Service accounts that trust policies name exist',
  needs: ['namespaces', 'service-accounts'],
  docs: {
    why: 'The namespace exists, the account in it does not: the pods that are meant run as another account and are refused, most often because a chart names its account otherwise than the role expects.',
    fix: 'Correct the name in the trust policy, or create the service account.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §C.2',
    ],
  },
  check: (subject, facts) => {
    const exact = exactSubjects(subject, facts);
    let unread = unreadProvider(subject, facts);
    if (exact.length === 0) return unread === undefined ? notApplicable : unknown('unread', unread);
    const failures: Failure[] = [];
    for (const one of exact) {
      const inventory = inventoryOf(one.issuer, facts);
      if (inventory.status === 'unread') unread = inventory.why;
      if (inventory.status === 'read' && isMissing(one, inventory)) failures.push(failureOf(subject, one, inventory));
    }
    return failOrPass(failures, reasonOf('unread', unread));
  },
  examples: {
    pass: { title: 'the account exists', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: {
      title: 'one letter too many',
      facts: () =>
        someFacts({
          clusters: complete([aReadCluster()]),
          roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:carts' }) })]),
        }),
    },
    unknown: { title: 'the cluster was not read', facts: () => someFacts() },
  },
});

type Read = Extract<Inventory, { readonly status: 'read' }>;

const isMissing = ({ account }: ExactSubject, { namespaces, accounts }: Read): boolean =>
  namespaces.some(({ name }) => name === account.namespace) &&
  !accounts.some(({ namespace, name }) => namespace === account.namespace && name === account.name);

const failureOf = (subject: StatementSubject, one: ExactSubject, inventory: Read): Failure => {
  const { account, value, principal, issuer } = one;
  const neighbours = inventory.accounts
    .filter(({ namespace }) => namespace === account.namespace)
    .map(({ name }) => name);
  const name = nearest(account.name, neighbours);
  const wanted = name === undefined ? undefined : subjectOf(account.namespace, name);
  const clusters = inventory.clusters.join(', ');
  return {
    discriminator: `${principal.arn} ${value.text}`,
    message: `the trust policy of ${subject.role.arn} names ${value.text}, but the namespace ${account.namespace} of ${clusters} has no service account ${account.name}${name === undefined ? '' : `; the nearest is ${name}`}`,
    evidence: [
      policyEvidence(subject, 'subject', value, wanted),
      {
        what: `service accounts of ${account.namespace} in ${clusters}`,
        got: neighbours.slice(0, 10).join(', ') || 'none',
        readFrom: 'list serviceaccounts',
      },
    ],
    place: {
      providerArn: principal.arn,
      issuer: `https://${issuer}`,
      namespace: account.namespace,
      serviceAccount: account.name,
    },
    fix: policyFix(subject.role, wanted === undefined ? undefined : withSubject(subject, value.text, wanted), {
      summary:
        wanted === undefined
          ? `Create the service account ${account.namespace}/${account.name}, or take it out of the trust policy.`
          : `Name ${wanted} in the trust policy of ${subject.role.name}.`,
      choice: `Whether ${account.namespace}/${account.name} is still to be created${wanted === undefined ? '' : `, or ${account.namespace}/${name} is meant: it then gets the role`}.`,
      ...(wanted === undefined ? {} : { terraform: terraformCondition('StringEquals', `${issuer}:sub`, [wanted]) }),
    }),
  };
};
