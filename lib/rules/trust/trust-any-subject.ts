import type { Facts, StatementSubject } from '../../facts.ts';
import { type Severity, whereDoubtful } from '../../model.ts';
import { testsOnClaim } from '../../policy.ts';
import { phrase } from '../../text.ts';
import { clusterCalled } from '../oidc/cluster-called.ts';
import { bestPractices, defineRule, type Failure, failOrPass, failures, notApplicable } from '../prelude.ts';
import { type Exposure, existingMembers, exposuresOf, opensBy, undecidedFor } from './exposure/exposure.ts';
import { narrowFix } from './policy-edit/narrow-fix.ts';
import { mismatchedKeys } from './statement/key-mismatch.ts';
import { explains, readAt, type StatementView, viewOf } from './statement/statement-view.ts';

const fail = failures({
  open: ['any service account', 'every service account of cluster {cluster} can assume role {role}'],
  administrator: [
    'any pod is administrator',
    'every service account of cluster {cluster} can assume role {role}, which has administrator permissions',
  ],
  'without-provider': [
    'open, provider missing',
    'every service account of cluster {cluster} can assume role {role} as soon as its provider exists',
  ],
  'may-be': [
    'not proven closed',
    'every service account of cluster {cluster} may be able to assume role {role}: it cannot be proven closed, since {because}',
  ],
});

/** Anyone who can create a pod in any namespace of the cluster can assume the role. */
export const trustAnySubject = defineRule({
  id: 'trust-any-subject',
  kind: 'statement',
  impact: 'exposes',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Trust policies name the service accounts they allow',
  fault: 'Any service account may assume the role',
  says: fail.says,
  needs: ['roles'],
  why: 'Without a test on the subject, or with one that every subject passes, every service account of the cluster can assume the role: anyone who can create a pod in any namespace has its permissions. IAM does not require such a test for EKS providers. While the provider does not exist nobody can assume the role, and the severity is medium: creating the provider opens it.',
  fix: 'Test <issuer>:sub with StringEquals for the exact service accounts.',
  references: [bestPractices, 'docs/facts.md §A.2, §A.10'],
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    const exposures = exposuresOf(subject, facts);
    if (!view || exposures.length === 0) return notApplicable;
    const doubtful = exposures.filter(({ mayBeAny }) => mayBeAny);
    const proven = exposures.filter(({ least }) => least.kind === 'any');
    // Of one provider, what is proven comes last and stays.
    const open = new Map([...doubtful, ...proven].map(one => [one.principal.arn, one]));
    return failOrPass(
      [...open.values()].map(one => failureOf(subject, view, one, facts)),
      undecidedFor(subject, facts),
    );
  },
});

/** While the provider is missing nobody can assume the role; creating it, to fix that, opens the role to everyone. */
const severityOf = (isAdministrator: boolean, { mayLackProvider, mayBeAny }: Exposure): Severity => {
  if (mayLackProvider) return 'medium';
  const proven = isAdministrator ? 'critical' : 'high';
  return mayBeAny ? whereDoubtful(proven) : proven;
};

const failureOf = (subject: StatementSubject, view: StatementView, exposure: Exposure, facts: Facts): Failure => {
  const { role, statement } = subject;
  const { principal, issuer, least, set, lacksProvider, mayBeAny } = exposure;
  const members = mayBeAny ? set : least;
  const names = { cluster: clusterCalled(issuer, facts), role: role.name };
  const isAdministrator = role.detail.status !== 'unavailable' && role.detail.value.isAdministrator;
  const tests = testsOnClaim(statement.conditions, 'sub', [issuer]);
  const got = tests.map(test => `${test.operator} ${test.values.map(value => value.text).join(', ')}`).join('; ');
  const existing = existingMembers(members, issuer, facts);
  return (
    mayBeAny
      ? fail['may-be']({ ...names, because: set.because ?? '' })
      : fail[lacksProvider ? 'without-provider' : isAdministrator ? 'administrator' : 'open'](names)
  )
    .discriminator(principal.arn)
    .at(tests[0]?.at ?? statement.at)
    .severity(severityOf(isAdministrator, exposure))
    .opens(opensBy(role, exposure, mayBeAny))
    .evidence(
      `test on ${issuer}:sub`,
      readAt(subject, tests[0]?.at ?? statement.at),
      got || 'none',
      phrase('StringEquals with exact subjects'),
    )
    .pieces(
      ...(existing
        ? [
            {
              what: 'existing service accounts',
              got: String(existing.length),
              readFrom: 'list serviceaccounts',
              volatile: true as const,
            },
          ]
        : []),
    )
    .volatile(['cluster'])
    .place({ providerArn: principal.arn, issuer: `https://${issuer}` })
    .explains(explains(subject, mismatchedKeys(view), ['trust-condition-vacuous']))
    .fix(narrowFix(subject, exposure, members, facts));
};
