import { type EksPrincipal, eksPrincipalsOf, type Facts, type StatementSubject } from '../../../facts.ts';
import { cleanIssuer, type Evidence, type SourceLocation } from '../../../model.ts';
import type { Located, Policy, Statement } from '../../../policy.ts';
import { given } from '../../../text.ts';
import type { EvidenceDraft, Explained } from '../../prelude.ts';

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
): EvidenceDraft => ({ what, got: value.text, ...given({ wanted }), ...readAt(subject, value.at) });
