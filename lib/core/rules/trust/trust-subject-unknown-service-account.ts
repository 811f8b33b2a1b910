import type { StatementSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import { defineMessages } from '../../text/message.ts';
import { nearest } from '../../text/nearest.ts';
import { subjectOf } from '../../trust/evaluate/request.ts';
import { defineRule, type Failure, failOrPass, notApplicable, unknownFor } from '../define-rule.ts';
import { aReadCluster } from '../example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { type ExactSubject, exactSubjects } from './exposure/exact-subjects.ts';
import { unreadProvider } from './exposure/exposure.ts';
import { type Inventory, inventoryOf } from './exposure/inventory.ts';
import { policyFix, terraformCondition } from './policy-edit/policy-fix.ts';
import { withSubject } from './policy-edit/replace-subject.ts';
import { policyEvidence } from './statement/statement-view.ts';

const message = defineMessages({
  missing: 'role {role} trusts service account {serviceAccount}, which cluster {clusters} does not have',
  nearest:
    'role {role} trusts service account {serviceAccount}, which cluster {clusters} does not have; the nearest is {nearest}',
});

/** A service account that does not exist in a namespace that does: a typing error, or a workload that is gone. */
export const trustSubjectUnknownServiceAccount = defineRule({
  id: 'trust-subject-unknown-service-account',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Service accounts that trust policies name exist',
  messages: message.templates,
  needs: ['roles', 'namespaces', 'service-accounts'],
  docs: {
    why: 'The namespace exists, but the service account does not. The pods that need the role then run with another service account and get AccessDenied, most often because a chart gives its service account another name.',
    fix: 'Correct the name in the trust policy, or create the service account.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §C.2',
    ],
  },
  check: (subject, facts) => {
    const exact = exactSubjects(subject, facts);
    let unread = unreadProvider(subject, facts);
    if (exact.length === 0) return unread === undefined ? notApplicable : unknownFor(unread);
    const failures: Failure[] = [];
    for (const one of exact) {
      const inventory = inventoryOf(one.issuer, facts);
      if (inventory.status === 'unread') unread = inventory.why;
      if (inventory.status === 'read' && isMissing(one, inventory)) failures.push(failureOf(subject, one, inventory));
    }
    return failOrPass(failures, unread);
  },
  examples: {
    pass: { title: 'the service account exists', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
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
  const known = {
    role: subject.role.name,
    serviceAccount: `${account.namespace}/${account.name}`,
    clusters: inventory.clusters,
  };
  return {
    discriminator: `${principal.arn} ${value.text}`,
    ...(name === undefined ? message('missing', known) : message('nearest', { ...known, nearest: name })),
    evidence: [
      policyEvidence(subject, 'subject', value, wanted),
      {
        what: `service accounts of ${account.namespace} in ${clusters}`,
        got: neighbours.slice(0, 10).join(', ') || 'none',
        readFrom: 'list serviceaccounts',
        volatile: true,
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
          ? `Create service account ${account.namespace}/${account.name}, or remove it from the trust policy.`
          : `Name ${wanted} in the trust policy of ${subject.role.name}.`,
      choice:
        wanted === undefined
          ? `Whether ${account.namespace}/${account.name} will be created later.`
          : `Whether ${account.namespace}/${account.name} will be created later, or ${account.namespace}/${name} is right: it can then assume the role.`,
      ...(wanted === undefined ? {} : { terraform: terraformCondition('StringEquals', `${issuer}:sub`, [wanted]) }),
    }),
  };
};
