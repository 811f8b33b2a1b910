import { describe, expect, test } from '@jest/globals';
import { type KnownState, nothingKnown } from '../../lib/history/known-state.ts';
import { isNotifiable, reconcile } from '../../lib/history/reconcile.ts';
import type { KnownFinding, TransitionKind } from '../../lib/history/transition.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { type Evaluation, type Outcome, outcomeKey } from '../../lib/rules/evaluate/evaluation.ts';
import { aFinding, aKnown, anEvaluation, aRoleFinding, aRun, foldedOf, rolePrefix } from '../support/drift-builders.ts';

const run = aRun(2);
const waiver = { reason: 'moving', owner: 'platform', expires: '2027-01-01' };
const resolved: Partial<KnownFinding> = { status: 'resolved', resolvedAt: aRun(1).at, resolution: 'passed' };
const knowing = (...findings: readonly KnownFinding[]): KnownState => ({ ...nothingKnown, findings });
const subject = aFinding().subject;
const { ruleId } = aFinding();

/** An evaluation without the finding, in which the rule came to `outcome` on its subject. */
const outcome = (of: Outcome): Evaluation =>
  anEvaluation({ subjects: [subject], outcomes: { [outcomeKey(ruleId, subject)]: of } });

interface Case {
  readonly name: string;
  readonly known?: KnownFinding;
  readonly found: Evaluation;
  readonly kind?: TransitionKind;
  readonly after?: Partial<KnownFinding>;
  readonly summary?: string;
  readonly told?: boolean;
}

const here = (over: Partial<Finding> = {}): Evaluation => anEvaluation({ findings: [aFinding(over)] });

const cases: readonly Case[] = [
  {
    name: 'a finding that is new opens',
    found: here(),
    kind: 'opened',
    after: { version: 1, status: 'open' },
    told: true,
  },
  {
    name: 'a new finding that is waived is kept and not told',
    found: here({ waiver }),
    kind: 'opened',
    after: { status: 'waived' },
    told: false,
  },
  { name: 'the same finding is nothing', known: aKnown(), found: here() },
  {
    name: 'a worse one escalates',
    known: aKnown(),
    found: here({ severity: 'critical' }),
    kind: 'escalated',
    after: { version: 2, firstSeenAt: aRun(1).at },
    summary: 'high → critical: Every service account of the cluster shop may assume the role checkout-cart.',
    told: true,
  },
  {
    name: 'a milder one changes',
    known: aKnown(),
    found: here({ severity: 'low' }),
    kind: 'changed',
    summary: 'changed: severity',
    told: true,
  },
  {
    name: 'another message changes',
    known: aKnown(),
    found: here({ message: 'other' }),
    kind: 'changed',
    summary: 'changed: message',
    told: true,
  },
  {
    name: 'other commands are kept without a word',
    known: aKnown(),
    found: here({ fix: { summary: 'Other.', commands: [] } }),
    kind: 'confirmed',
    after: { finding: aFinding({ fix: { summary: 'Other.', commands: [] } }) },
    told: false,
  },
  {
    name: 'a number of days that moved by itself is nothing',
    known: aKnown({ finding: aFinding({ data: { days: 12 }, volatile: ['days'] }) }),
    found: here({ data: { days: 1 }, volatile: ['days'] }),
  },
  {
    name: 'other words for the same data are nothing',
    known: aKnown(),
    found: here({ message: 'Reworded.', data: aFinding().data }),
  },
  {
    name: 'a finding that was open and is waived is told to be waived',
    known: aKnown(),
    found: here({ waiver }),
    kind: 'waived',
    after: { status: 'waived', openAs: { severity: 'high', owners: [] } },
    summary: 'waived until 2027-01-01 by platform: moving',
    told: true,
  },
  {
    name: 'so is one that gets worse at the same time',
    known: aKnown(),
    found: here({ waiver, severity: 'critical' }),
    kind: 'waived',
    after: { status: 'waived', openAs: { severity: 'high', owners: [] } },
    told: true,
  },
  {
    name: 'a waived finding that was open before and passes is told to be resolved',
    known: aKnown({
      status: 'waived',
      finding: aFinding({ waiver, severity: 'low' }),
      openAs: { severity: 'high', owners: [] },
    }),
    found: outcome('pass'),
    kind: 'resolved',
    after: { status: 'resolved', openAs: { severity: 'high', owners: [] } },
    told: true,
  },
  {
    name: 'one that becomes milder and has another owner remembers how it was open',
    known: aKnown({ finding: aFinding({ owner: 'team-b' }) }),
    found: here({ severity: 'low', owner: 'team-a' }),
    kind: 'changed',
    after: { status: 'open', openAs: { severity: 'high', owners: ['team-a', 'team-b'] } },
    told: true,
  },
  {
    name: 'one that opens again remembers how it was last',
    known: aKnown({ ...resolved, openAs: { severity: 'critical', owners: ['team-a'] } }),
    found: here({ severity: 'low' }),
    kind: 'reopened',
    after: { openAs: { severity: 'critical', owners: ['team-a'] } },
    told: true,
  },
  {
    name: 'a waiver that ends reopens',
    known: aKnown({ status: 'waived', finding: aFinding({ waiver }) }),
    found: here(),
    kind: 'reopened',
    after: { status: 'open' },
    told: true,
  },
  {
    name: 'a waived finding that gets worse is not told',
    known: aKnown({ status: 'waived', finding: aFinding({ waiver }) }),
    found: here({ waiver, severity: 'critical' }),
    kind: 'escalated',
    told: false,
  },
  {
    name: 'a waived finding that passes is not told',
    known: aKnown({ status: 'waived', finding: aFinding({ waiver }) }),
    found: outcome('pass'),
    kind: 'resolved',
    told: false,
  },
  {
    name: 'a resolved finding that fails again reopens',
    known: aKnown(resolved),
    found: here(),
    kind: 'reopened',
    after: { status: 'open', version: 2 },
    told: true,
  },
  { name: 'a resolved finding that still passes is nothing', known: aKnown(resolved), found: outcome('pass') },
  { name: 'a resolved finding that cannot be checked is nothing', known: aKnown(resolved), found: outcome('unknown') },
  {
    name: 'passing resolves',
    known: aKnown(),
    found: outcome('pass'),
    kind: 'resolved',
    after: { status: 'resolved', resolution: 'passed', resolvedAt: run.at },
    told: true,
  },
  {
    name: 'no entry and the rule ran resolves',
    known: aKnown(),
    found: anEvaluation({ subjects: [subject] }),
    kind: 'resolved',
    after: { resolution: 'passed' },
  },
  {
    name: 'failing elsewhere on the subject resolves',
    known: aKnown(),
    found: outcome('fail'),
    kind: 'resolved',
    after: { resolution: 'passed' },
  },
  {
    name: 'not applying any more resolves',
    known: aKnown(),
    found: outcome('n/a'),
    kind: 'resolved',
    after: { resolution: 'no longer applies' },
  },
  {
    name: 'turning the rule off resolves',
    known: aKnown(),
    found: outcome('off'),
    kind: 'resolved',
    after: { resolution: 'rule off' },
  },
  {
    name: 'a subject that is provably gone resolves',
    known: aKnown(),
    found: anEvaluation({}),
    kind: 'resolved',
    after: { resolution: 'gone' },
  },
  {
    name: 'one that another finding explains names it, and is not resolved',
    known: aKnown(),
    found: anEvaluation({
      findings: [aFinding({ ruleId: 'trust-provider-missing', explains: [foldedOf(aFinding())] })],
      outcomes: { [outcomeKey(ruleId, subject)]: 'explained' },
    }),
    kind: 'explained',
    after: { status: 'explained', explainedBy: aFinding({ ruleId: 'trust-provider-missing' }).id },
    summary: 'explained by trust-provider-missing',
    told: true,
  },
  {
    name: 'another failure of the rule that is explained is as good as a pass',
    known: aKnown(),
    found: outcome('explained'),
    kind: 'resolved',
    after: { resolution: 'passed' },
  },
  {
    name: 'unknown leaves it open, with the reason',
    known: aKnown(),
    found: {
      ...outcome('unknown'),
      undecided: [{ ruleId, subject, kind: 'unread', missing: 'the roles were not read' }],
    },
    kind: 'unconfirmed',
    after: { status: 'open', unconfirmedSince: run.at, unconfirmedBecause: 'the roles were not read' },
    told: false,
  },
  {
    name: 'unknown without a reason leaves it open',
    known: aKnown(),
    found: outcome('unknown'),
    kind: 'unconfirmed',
    after: { unconfirmedBecause: 'what the rule needs was not read' },
  },
  {
    name: 'undecided on one statement is stronger than a pass on another',
    known: aKnown(),
    found: {
      ...outcome('pass'),
      undecided: [{ ruleId, subject, kind: 'request-dependent', missing: 'a key of the condition' }],
    },
    kind: 'unconfirmed',
  },
  {
    name: 'a scope that was not read leaves it open',
    known: aKnown(),
    found: anEvaluation({ openScopes: [subject] }),
    kind: 'unconfirmed',
    after: { unconfirmedBecause: 'its subject was not read in this run' },
  },
  {
    name: 'a rule that did not run leaves it open',
    known: aKnown(),
    found: anEvaluation({ subjects: [subject], rulesRun: [] }),
    kind: 'unconfirmed',
    after: { unconfirmedBecause: 'its rule did not run' },
  },
  {
    name: 'what was not asked for leaves it open, and is named',
    known: aKnown(),
    found: {
      ...outcome('unknown'),
      undecided: [{ ruleId, subject: '*', kind: 'not-asked-for', missing: 'pods: not asked for' }],
    },
    kind: 'unconfirmed',
    after: { unconfirmedBecause: 'pods: not asked for' },
  },
  {
    name: 'unconfirmed is said once',
    known: aKnown({ unconfirmedSince: aRun(1).at, unconfirmedBecause: 'x' }),
    found: outcome('unknown'),
  },
  {
    name: 'confirming it again is written and not told',
    known: aKnown({ unconfirmedSince: aRun(1).at, unconfirmedBecause: 'x' }),
    found: here(),
    kind: 'confirmed',
    summary: 'confirmed again',
    told: false,
  },
];

test('a finding that is known by another id keeps it: within an account its rule, subject and discriminator name it', () => {
  const known = knowing(aKnown({ finding: aFinding({ id: 'former' }) }));
  expect(reconcile(known, here(), run).transitions).toEqual([]);
  const [worse] = reconcile(known, here({ severity: 'critical' }), run).transitions;
  expect(worse).toMatchObject({ kind: 'escalated', after: { finding: { id: 'former' } } });
  const steps = reconcile(known, here({ discriminator: 'other' }), run).transitions;
  const opened = steps.filter(({ kind }) => kind === 'opened').map(({ after }) => after.finding.id);
  expect(opened).toEqual([expect.not.stringMatching('former')]);
});

describe('reconcile', () => {
  test.each(cases)('$name', ({ known, found, kind, after, summary, told }) => {
    const { transitions } = reconcile(known === undefined ? nothingKnown : knowing(known), found, run);
    const transition = transitions.find(each => each.after.finding.id === aFinding().id);
    expect(transition?.kind).toBe(kind);
    const version = (known?.version ?? 0) + 1;
    const written = { runId: run.runId, changedAt: run.at, ...after, version };
    expect(transition?.before).toEqual(kind === undefined ? undefined : known);
    expect(transition?.after ?? written).toMatchObject(written);
    if (summary !== undefined) expect(transition?.summary).toBe(summary);
    if (told !== undefined) expect(transition && isNotifiable(transition)).toBe(told);
  });

  test('what was unconfirmed, resolved or waived leaves no trace on the state after it', () => {
    const known = aKnown({ ...resolved, unconfirmedSince: aRun(1).at, unconfirmedBecause: 'x' });
    const [transition] = reconcile(knowing(known), here(), run).transitions;
    expect(Object.keys(transition?.after ?? {}).sort()).toEqual(
      ['changedAt', 'finding', 'firstSeenAt', 'judgedWithout', 'runId', 'status', 'version'].sort(),
    );
  });

  test('of several that are not found any more, each has its own reason', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(name => aRoleFinding(name)) as [Finding, Finding, Finding, Finding];
    const by = (cause: string, effect: Finding) =>
      aFinding({ ruleId: cause, subject: effect.subject, explains: [foldedOf(effect)] });
    const found = anEvaluation({
      findings: [by('trust-provider-missing', a), by('provider-audience-missing', b)],
      subjects: [c.subject, d.subject],
      outcomes: {
        ...Object.fromEntries([a, b].map(each => [outcomeKey(each.ruleId, each.subject), 'explained'])),
        ...Object.fromEntries([c, d].map(each => [outcomeKey(each.ruleId, each.subject), 'unknown'])),
      },
      undecided: [c, d].map(each => ({
        ruleId: each.ruleId,
        subject: each.subject,
        kind: 'unread',
        missing: `no ${each.subject}`,
      })),
    });
    const pods = { accountId: '111122223333', section: 'pods' } as const;
    const known = knowing(...[a, b, c, d].map(finding => aKnown({ finding, judgedWithout: [pods] })));
    const steps = reconcile(known, found, run).transitions.filter(({ kind }) => kind !== 'opened');
    expect(steps.map(({ summary, after }) => [after.finding.id, summary])).toEqual([
      [a.id, 'explained by trust-provider-missing'],
      [b.id, 'explained by provider-audience-missing'],
      [c.id, `could not be checked: no ${c.subject}`],
      [d.id, `could not be checked: no ${d.subject}`],
    ]);
    expect(steps.map(({ after }) => after.judgedWithout)).toEqual(steps.map(() => [pods]));
  });

  test('puts the worst first', () => {
    const findings = [aRoleFinding('a', { severity: 'low' }), aRoleFinding('b', { severity: 'critical' })];
    const { transitions } = reconcile(knowing(aKnown({ finding: aRoleFinding('c') })), anEvaluation({ findings }), run);
    expect(transitions.map(({ after }) => after.finding.subject)).toEqual(
      ['b', 'c', 'a'].map(name => rolePrefix + name),
    );
  });
});
