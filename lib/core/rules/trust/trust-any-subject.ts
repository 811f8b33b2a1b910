import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import { defineRule, type Failure, failOrPass, notApplicable, reasonOf } from '../define-rule.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../example-world.ts';
import { testsOnClaim } from './support/condition.ts';
import {
  certainPart,
  type Exposure,
  existingMembers,
  exposuresOf,
  undecidedBecause,
  unreadProvider,
} from './support/exposure.ts';
import { untilMade } from './support/exposure-failure.ts';
import { mismatchedKeys } from './support/key-mismatch.ts';
import { narrowFix } from './support/narrow-fix.ts';
import { explains, readAt, type StatementView, viewOf } from './support/statement-view.ts';

/** Whoever can create a pod in any namespace of the cluster gets the role. */
export const trustAnySubject = defineRule({
  id: 'trust-any-subject',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Every trust policy says which service accounts it lets in',
  needs: [],
  docs: {
    why: 'Without a test on the subject, or with one that lets all through, every service account of the cluster may assume the role: anyone who can create a pod in any namespace has its permissions. IAM demands no such test of EKS providers. While the provider does not exist nobody gets in, and it is medium: whoever makes it opens the door.',
    fix: 'Test <issuer>:sub with StringEquals for the exact service accounts.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html',
      'docs/facts.md §A.2, §A.10',
    ],
  },
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    const exposures = exposuresOf(subject, facts);
    if (!view || exposures.length === 0) return notApplicable;
    const open = new Map(
      exposures.filter(({ set }) => certainPart(set).kind === 'any').map(one => [one.principal.arn, one]),
    );
    return failOrPass(
      [...open.values()].map(one => failureOf(subject, view, one, facts)),
      reasonOf('unread', open.size === 0 ? undecidedBecause(subject, facts) : unreadProvider(subject, facts)),
    );
  },
  examples: {
    pass: { title: 'one account is named', facts: () => someFacts() },
    fail: {
      title: 'only the audience is tested',
      facts: () => worldWith({ StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' } }),
    },
    unknown: {
      title: 'the source address decides, and it is not known here',
      facts: () => worldWith({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }),
    },
  },
});

const host = exampleIssuer.slice('https://'.length);

const worldWith = (condition: unknown): Facts =>
  someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });

/** While the provider is missing nobody gets in; whoever makes it, to mend that, lets everyone in. */
const severityOf = (isAdministrator: boolean, lacksProvider: boolean): Pick<Failure, 'severity'> => {
  if (lacksProvider) return { severity: 'medium' };
  return isAdministrator ? { severity: 'critical' } : {};
};

const failureOf = (subject: StatementSubject, view: StatementView, exposure: Exposure, facts: Facts): Failure => {
  const { role, statement } = subject;
  const { principal, issuer, set, lacksProvider } = exposure;
  const isAdministrator = role.detail.status !== 'unavailable' && role.detail.value.isAdministrator;
  const tests = testsOnClaim(statement.conditions, 'sub', [issuer]);
  const got = tests.map(test => `${test.operator} ${test.values.map(value => value.text).join(', ')}`).join('; ');
  const existing = existingMembers(certainPart(set), issuer, facts);
  return {
    discriminator: principal.arn,
    at: tests[0]?.at ?? statement.at,
    ...severityOf(isAdministrator, lacksProvider),
    message: `every service account of ${issuer} ${lacksProvider ? 'would be let into' : 'may assume'} ${role.arn}${isAdministrator ? ', which has administrator rights' : ''}: ${got === '' ? 'its trust policy does not test the subject' : 'its test on the subject lets all through'}${untilMade(exposure)}`,
    evidence: [
      {
        what: `test on ${issuer}:sub`,
        got: got || 'none',
        wanted: 'StringEquals with exact subjects',
        ...readAt(subject, tests[0]?.at ?? statement.at),
      },
      ...(existing
        ? [{ what: 'existing service accounts', got: String(existing.length), readFrom: 'list serviceaccounts' }]
        : []),
    ],
    place: { providerArn: principal.arn, issuer: `https://${issuer}` },
    fix: narrowFix(subject, exposure, certainPart(set), facts),
    explains: explains(subject, mismatchedKeys(view), ['trust-condition-vacuous']),
  };
};
