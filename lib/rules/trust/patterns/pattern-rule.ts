import type { Facts, StatementSubject } from '../../../facts.ts';
import { mildest, type Severity, whereDoubtful } from '../../../model.ts';
import type { Breadth } from '../../../policy.ts';
import { phrase, shortListOf } from '../../../text.ts';
import {
  defineRule,
  type EvidenceDraft,
  type Failure,
  type FailureDraft,
  failOrPass,
  notApplicable,
  type Rule,
  type RuleDocs,
} from '../../prelude.ts';
import { existingMembers, exposuresOf, opensBy, undecidedFor } from '../exposure/exposure.ts';
import { annotatedAccounts } from '../exposure/inventory.ts';
import { type OpenPattern, openPatterns } from '../exposure/open-patterns.ts';
import { narrowFix } from '../policy-edit/narrow-fix.ts';
import { readAt } from '../statement/statement-view.ts';

/** The parts that tell one rule on subject patterns from another. */
interface PatternRule extends RuleDocs {
  readonly id: string;
  readonly severity: Severity;
  /** While the provider does not exist: nobody can assume the role yet. */
  readonly severityWithoutProvider: Severity;
  readonly title: string;
  readonly fault: string;
  readonly brief: string;
  /** Patterns of this breadth fail. */
  readonly breadth: Breadth['kind'];
  /** The subjects that a pattern allows, as a template of `role`, `pattern` and `namespaces`. */
  readonly open: string;
}

/** Names shown at most. */
const maxShown = 10;

/** Declares a rule on how much a subject pattern allows: one for each breadth, all else alike. An undecided pattern
 *  stays unknown, unless another one fails for certain. */
export const patternRule = ({
  breadth,
  open,
  severityWithoutProvider,
  brief,
  ...own
}: PatternRule): Rule<'statement'> => {
  return defineRule({
    ...own,
    kind: 'statement',
    impact: 'exposes',
    articleStep: 'role-trust-policy',
    says: {
      open: [brief, open],
      'without-provider': [brief, `${open}, as soon as its provider exists`],
      'may-be': [brief, `it may be that ${open}: it cannot be proven closed, since {because}`],
    },
    needs: ['roles'],
    check: (subject, facts, fail) => {
      if (exposuresOf(subject, facts).length === 0) return notApplicable;
      const found = openPatterns(subject, facts).filter(one => one.breadth.kind === breadth);
      const failures = found.map((one): Failure => {
        const { lacksProvider, mayLackProvider, set } = one.exposure;
        const { namespaces, isNamed } = one.breadth;
        const proven = isNamed ? 'medium' : own.severity;
        const names = { role: subject.role.name, pattern: one.pattern, namespaces };
        const isDoubtful = one.verdict === 'may-be';
        const severity = isDoubtful
          ? whereDoubtful(proven)
          : breadth === 'broad' && isUsedAsMeant(subject, one, facts)
            ? 'info'
            : proven;
        const said = isDoubtful
          ? fail['may-be']({ ...names, because: set.because ?? '' })
          : fail[lacksProvider ? 'without-provider' : 'open'](names);
        return failureOf(
          said
            .severity(mayLackProvider ? mildest(severity, severityWithoutProvider) : severity)
            .opens(opensBy(subject.role, one.exposure, isDoubtful)),
          subject,
          one,
          facts,
        );
      });
      return failOrPass(failures, undecidedFor(subject, facts));
    },
  });
};

/** True for the beginning of names in one namespace where every service account that it allows has the role by its annotation, as
 *  guides of drivers and of Crossplane have it. It gives little then: who may run pods in a namespace may run them under each
 *  of its service accounts. */
const isUsedAsMeant = ({ role }: StatementSubject, { exposure, pattern, part }: OpenPattern, facts: Facts): boolean => {
  const isPrefix = /^system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]{4,}\*$/.test(pattern);
  const members = existingMembers(part, exposure.issuer, facts) ?? [];
  const users = new Set(annotatedAccounts(exposure.issuer, role.arn, facts).map(one => `${one.namespace}/${one.name}`));
  return isPrefix && members.length > 0 && members.every(name => users.has(name));
};

const failureOf = (said: FailureDraft, subject: StatementSubject, open: OpenPattern, facts: Facts): Failure => {
  const { exposure, pattern, part, names } = open;
  const { issuer, principal } = exposure;
  const at = valueAt(subject, pattern);
  const except = part.except.slice(0, maxShown).join(', ');
  return said
    .discriminator(`${principal.arn} ${pattern}`)
    .at(at)
    .evidence('subject pattern', readAt(subject, at), pattern, phrase('exact subjects under StringEquals'))
    .pieces(...(except === '' ? [] : [{ what: 'except', got: except, ...readAt(subject, subject.statement.at) }]))
    .pieces(...membersEvidence(existingMembers(part, issuer, facts)))
    .evidence(
      'shortest names that match, whether they exist or not',
      'the set of subjects that the policy allows',
      names.join(', '),
    )
    .place({ providerArn: principal.arn, issuer: `https://${issuer}` })
    .fix(narrowFix(subject, exposure, part, facts));
};

const membersEvidence = (existing: readonly string[] | undefined): readonly EvidenceDraft[] => {
  if (existing === undefined) return [];
  return [
    {
      what: 'existing service accounts that match',
      got: shortListOf(existing, maxShown) || 'none',
      readFrom: 'list serviceaccounts',
      volatile: true,
    },
  ];
};

/** Where the pattern stands, if it stands there as it is; else the statement. */
const valueAt = ({ statement }: StatementSubject, pattern: string) => {
  for (const test of statement.conditions) for (const value of test.values) if (value.text === pattern) return value.at;
  return statement.at;
};
