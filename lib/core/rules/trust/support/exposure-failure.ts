import type { Facts } from '../../../facts/facts.ts';
import type { StatementSubject } from '../../../facts/subjects.ts';
import { stripScheme } from '../../../model/arn.ts';
import type { Evidence } from '../../../model/finding.ts';
import { type Failure, failOrPass, notApplicable, reasonOf, type Verdict } from '../../define-rule.ts';
import {
  type Breadth,
  type Exposure,
  existingMembers,
  exposuresOf,
  type OpenPattern,
  openPatterns,
  shortestNames,
  undecidedBecause,
  unreadProvider,
} from './exposure.ts';
import { narrowFix } from './narrow-fix.ts';
import { readAt } from './statement-view.ts';

/** Names shown at most. */
const shown = 10;

/** The verdict of a rule on patterns of one breadth. `says` makes the message of one pattern, to be followed by who that
 *  is. What is undecided stays unknown, unless something certain fails. */
export const breadthVerdict = (
  subject: StatementSubject,
  facts: Facts,
  kind: Breadth['kind'],
  says: (open: OpenPattern) => string,
): Verdict => {
  if (exposuresOf(subject, facts).length === 0) return notApplicable;
  const failures = openPatterns(subject, facts)
    .filter(open => open.breadth.kind === kind)
    .map(open => failureOf(subject, open, facts, says(open)));
  return failOrPass(
    failures,
    reasonOf('unread', failures.length === 0 ? undecidedBecause(subject, facts) : unreadProvider(subject, facts)),
  );
};

const failureOf = (subject: StatementSubject, open: OpenPattern, facts: Facts, message: string): Failure => {
  const { exposure, pattern, part } = open;
  const { issuer, principal } = exposure;
  const existing = existingMembers(part, issuer, facts);
  return {
    discriminator: `${principal.arn} ${pattern}`,
    at: valueAt(subject, pattern),
    ...(exposure.lacksProvider ? { severity: latent[open.breadth.kind] } : {}),
    message: `${message}${except(part.except)}${untilMade(exposure)}`,
    evidence: [
      {
        what: 'subject pattern',
        got: pattern,
        wanted: 'exact subjects under StringEquals',
        ...readAt(subject, valueAt(subject, pattern)),
      },
      ...members(existing),
      {
        what: 'shortest names that are let in, whether they exist or not',
        got: shortestNames(part).join(', '),
        readFrom: 'the set of subjects that the policy lets in',
      },
    ],
    place: { providerArn: principal.arn, issuer: `https://${stripScheme(issuer)}` },
    fix: narrowFix(subject, exposure, part, facts),
  };
};

/** Nobody gets in yet: the mending of another fault, the missing provider, is what would open the door. */
const latent = { 'namespaces-open': 'medium', 'whole-namespaces': 'low', broad: 'info' } as const;

/** Said after what a policy lets in where the provider that it names does not exist. */
export const untilMade = ({ lacksProvider, principal }: Pick<Exposure, 'lacksProvider' | 'principal'>): string =>
  lacksProvider ? `; nobody gets in as long as the provider ${principal.arn} does not exist` : '';

const except = (patterns: readonly string[]): string =>
  patterns.length === 0 ? '' : ` (except ${patterns.slice(0, shown).join(', ')})`;

const members = (existing: readonly string[] | undefined): readonly Evidence[] => {
  if (existing === undefined) return [];
  const more = existing.length > shown ? ` and ${existing.length - shown} more` : '';
  return [
    {
      what: 'existing service accounts that are let in',
      got: `${existing.slice(0, shown).join(', ') || 'none'}${more}`,
      readFrom: 'list serviceaccounts',
    },
  ];
};

/** Where the pattern stands, if it stands there as it is; else the statement. */
const valueAt = ({ statement }: StatementSubject, pattern: string) => {
  for (const test of statement.conditions) for (const value of test.values) if (value.text === pattern) return value.at;
  return statement.at;
};
