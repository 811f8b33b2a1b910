import { type EksPrincipal, eksPrincipalsOf } from '../../../facts/eks-issuer.ts';
import type { Facts } from '../../../facts/facts.ts';
import type { StatementSubject } from '../../../facts/subjects.ts';
import { cleanIssuer } from '../../../model/clean-issuer.ts';
import type { Evidence } from '../../../model/finding.ts';
import type { SourceLocation } from '../../../model/source-location.ts';
import type { Located, Policy, Statement } from '../../../policy/parse/policy.ts';
import { given } from '../../../text/given.ts';
import type { EvidenceDraft, Explained } from '../../failure.ts';

/** A statement as the trust rules look at it. */
export interface StatementView {
  readonly statement: Statement;
  readonly policy: Policy;
  /** The EKS providers that it names, as written. */
  readonly principals: readonly EksPrincipal[];
  /** Their issuers without scheme, cleaned of what the ARN must not carry: what condition keys begin with. */
  readonly hostPaths: readonly string[];
  /** Issuers of other providers that it names beside them (GitHub, GitLab): tests on their keys are meant for those. */
  readonly otherIssuers: readonly string[];
  readonly allows: boolean;
}

/** The view of a statement; undefined where it names no EKS provider. */
export const viewOf = (subject: StatementSubject, facts: Facts): StatementView | undefined => {
  const principals = eksPrincipalsOf(subject.statement.principal, facts);
  if (principals.length === 0) return undefined;
  return {
    statement: subject.statement,
    policy: subject.policy.policy,
    principals,
    hostPaths: principals.map(principal => cleanIssuer(principal.hostPath)),
    otherIssuers: otherIssuersOf(subject.statement.principal, principals),
    allows: subject.statement.effect === 'Allow',
  };
};

/** The ARNs of the EKS providers of a statement, as written. */
export const arnsOf = ({ principals }: Pick<StatementView, 'principals'>): readonly string[] =>
  principals.map(({ arn }) => arn);

const otherIssuersOf = (principal: Statement['principal'], own: readonly EksPrincipal[]): readonly string[] => {
  if (principal?.kind !== 'typed') return [];
  const others = principal.entries.filter(
    ({ type, value }) => type === 'Federated' && !own.some(one => one.arn === value.text),
  );
  return others.map(({ value }) => cleanIssuer(value.text));
};

/** Names findings of other rules on the same role that have the same cause. */
export const explains = (
  subject: StatementSubject,
  discriminators: readonly string[],
  ruleIds: readonly string[],
): readonly Explained[] =>
  ruleIds.flatMap(ruleId => discriminators.map(discriminator => ({ ruleId, subject: subject.id, discriminator })));

/** Where in the trust policy a value stands, as evidence has it. */
export const readAt = (subject: StatementSubject, at: SourceLocation): Pick<Evidence, 'readFrom' | 'at'> => ({
  readFrom: `trust policy of ${subject.role.arn}, ${subject.label}`,
  at,
});

/** A value of the trust policy as evidence. */
export const policyEvidence = (
  subject: StatementSubject,
  what: string,
  value: Located,
  wanted?: EvidenceDraft['wanted'],
): EvidenceDraft => ({
  what,
  got: value.text,
  ...given({ wanted }),
  ...readAt(subject, value.at),
});
