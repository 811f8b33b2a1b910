import type { Facts, StatementSubject } from '../../facts.ts';
import { defineRule, type Failure, failOrPass, failures, iamGuide, notApplicable } from '../prelude.ts';
import { type Exposure, exposuresOf } from './exposure/exposure.ts';
import { nameThemFix } from './policy-edit/narrow-fix.ts';
import { readAt } from './statement/statement-view.ts';

const fail = failures({
  tooComplex: [
    'too complex to decide',
    'which service accounts of {issuer} may assume role {role} could not be decided: the subject patterns of {statement} are too complex; at worst it is {worst}',
  ],
});

/** Too complex to decide is not clean: what the decision would show may be as bad as an open role. */
export const trustTooComplex = defineRule({
  id: 'trust-too-complex',
  kind: 'statement',
  impact: 'exposes',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Subject patterns are simple enough to be decided',
  fault: 'The subject patterns are too complex to be decided',
  says: fail.says,
  needs: [],
  why: 'Patterns with many wildcards that must hold together can take more steps to compare than any audit has. Such a statement may allow every service account of the cluster or none, and nobody who reads it can tell. Patterns that are simple are decided by themselves and have findings of their own.',
  fix: 'List the service accounts exactly under StringEquals.',
  references: [iamGuide('reference_policies_elements_condition_operators'), 'docs/facts.md §A.3'],
  check: (subject, facts) => {
    const exposures = exposuresOf(subject, facts);
    if (exposures.length === 0) return notApplicable;
    const found = new Map(exposures.filter(isTooComplex).map(exposure => [exposure.principal.arn, exposure]));
    return failOrPass([...found.values()].map(exposure => failureOf(subject, exposure, facts)));
  },
});

const isTooComplex = (exposure: Exposure): boolean => exposure.tooComplex !== undefined;

const failureOf = (subject: StatementSubject, { principal, issuer, tooComplex }: Exposure, facts: Facts): Failure => {
  const { role, statement } = subject;
  const isAdministrator = role.detail.status !== 'unavailable' && role.detail.value.isAdministrator;
  const mayBeAll = tooComplex?.mayBeEverySubject === true;
  return fail
    .tooComplex({
      issuer,
      role: role.name,
      statement: subject.label,
      worst: mayBeAll ? 'every service account of the cluster' : 'those of arbitrary namespaces',
    })
    .discriminator(principal.arn)
    .at(statement.at)
    .severity(isAdministrator && mayBeAll ? ('critical' as const) : undefined)
    .opens({ roleArns: [role.arn], how: 'doubtful' })
    .evidence(
      `tests of ${subject.label}`,
      readAt(subject, statement.at),
      statement.conditions.map(test => `${test.operator} ${test.key.text}`).join('; '),
      `StringEquals ${issuer}:sub with exact subjects`,
    )
    .place({ providerArn: principal.arn, issuer: `https://${issuer}` })
    .fix(nameThemFix(role, `${issuer}:sub`, facts));
};
