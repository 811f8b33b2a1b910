import { describe, expect, test } from '@jest/globals';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { compareReadings, judgedWithout } from '../../lib/history/reading.ts';
import { isNotifiable, reconcile } from '../../lib/history/reconcile.ts';
import type { KnownFinding } from '../../lib/history/transition.ts';
import { parseArn } from '../../lib/model/arn.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { Missed, SectionId } from '../../lib/model/unread.ts';
import { aFact, aFinding, aKnown, anEvaluation, aRun, foldedOf, stateAfter } from '../support/drift-builders.ts';

const shop = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
const evidence = (got: string) => [{ what: 'existing service accounts', got, readFrom: 'list serviceaccounts' }];
const rich = aFinding({ severity: 'critical', evidence: evidence('12') });
const poor = aFinding({ evidence: evidence('none') });
const accountId = '111122223333';
const details: Missed = { accountId, section: 'role-detail' };
const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };

/** The outcome of a known finding in a run: `kind: summary`, and the state that is kept. */
const moved = (known: Partial<KnownFinding>, finding: Finding, missed: readonly Missed[], fact = 'old') => {
  const state = {
    ...nothingKnown,
    hasBaseline: true,
    findings: [aKnown({ finding: rich, judgedWithout: [], ...known })],
    watched: [aFact({ value: 'old' })],
  };
  const found = anEvaluation({ findings: [finding], missed, watched: [aFact({ value: fact })] });
  const change = reconcile(state, found, aRun(2));
  const again = reconcile(stateAfter(state, change, aRun(2).at), found, aRun(3));
  expect(again.transitions).toEqual([]);
  const [step] = change.transitions;
  return {
    step: step && `${step.kind}: ${step.summary}`,
    told: step !== undefined && isNotifiable(step),
    ...step?.after,
  };
};

describe('a finding of which less can be said because less was read', () => {
  test('is no step, and keeps its severity', () => expect(moved({}, poor, [details]).step).toBeUndefined());

  test('is confirmed as it was, if it could not be checked before', () => {
    const known = { unconfirmedSince: aRun(1).at, unconfirmedBecause: 'x' };
    const after = moved(known, poor, [details]);
    expect(after).toMatchObject({ step: 'confirmed: confirmed again', told: false, finding: rich, judgedWithout: [] });
    expect(after.unconfirmedSince).toBeUndefined();
  });

  test('is reassessed where it is worse: what is denied is no shield, and the world may be another', () => {
    const worse = aFinding({ severity: 'critical' });
    const after = moved({ finding: aFinding({ severity: 'low' }) }, worse, [details]);
    expect(after).toMatchObject({ told: true, judgedWithout: [details] });
    expect(after.step).toMatch(/^reassessed: low → critical, by what is read now/);
  });

  test.each([
    ['changed where it concerns another role', { ...poor, roleArn: 'arn:aws:iam::111122223333:role/other' }],
    ['waived where it is waived now', { ...poor, waiver }],
  ])('is %s, and no milder for what was not read', (kind, finding) => {
    const after = moved({}, finding, [details]);
    expect(after.step).toMatch(new RegExp(`^${kind.split(' ')[0]}: `));
    expect(after.step).not.toContain('severity');
    expect(after.finding?.severity).toBe('critical');
  });

  test('keeps the evidence that was read where it is waived: the next whole reading tells no change', () =>
    expect(moved({}, { ...poor, waiver }, [details]).finding).toEqual({ ...rich, waiver }));

  // The fact is told by itself. The evidence says less because something was not read: with the fact alone it was told
  // as a change, and as one back when all was read again.
  test('is as before where its trust policy is another', () =>
    expect(moved({}, poor, [details], 'new').step).toBeUndefined());

  test('has the commands of now where its trust policy is another: the known ones would undo that change', () => {
    const fix = { summary: 'Name the account.', commands: ['aws iam update-assume-role-policy'] };
    const after = moved({}, { ...poor, fix }, [details], 'new');
    expect(after).toMatchObject({ step: 'confirmed: as before, with the commands of now', told: false });
    expect(after.finding).toEqual({ ...rich, fix });
    expect(moved({}, { ...poor, fix }, [details]).step).toBeUndefined();
  });

  test('opens none of the effects that it explained', () => {
    const effect = aFinding({ ruleId: 'service-account-role-not-trusting' });
    const cause = { ...rich, explains: [foldedOf(effect)] };
    const state = { ...nothingKnown, findings: [aKnown({ finding: cause, judgedWithout: [] })] };
    const found = (missed: readonly Missed[]) => anEvaluation({ findings: [poor, effect], missed });
    expect(reconcile(state, found([details]), aRun(2)).transitions).toEqual([]);
    expect(reconcile(state, found([]), aRun(2)).transitions.map(({ kind }) => kind)).toContain('opened');
  });

  describe('with an effect that stands alone', () => {
    const effect = aFinding({ ruleId: 'service-account-role-not-trusting', severity: 'medium' });
    const cause = { ...poor, explains: [foldedOf(effect)] };
    const told = (stands: Finding, known: readonly KnownFinding[] = [], value = 'old') => {
      const causes = [aKnown({ finding: cause, judgedWithout: [] })];
      const state = {
        ...nothingKnown,
        hasBaseline: true,
        findings: [...causes, ...known],
        watched: [aFact({ value: 'old' })],
      };
      const found = anEvaluation({ findings: [poor, stands], missed: [details], watched: [aFact({ value })] });
      return reconcile(state, found, aRun(2)).transitions.map(({ kind, after }) => `${kind} ${after.finding.ruleId}`);
    };

    test('does not bring it back where it was open before it was explained', () => {
      const folded = aKnown({ finding: effect, status: 'resolved', resolution: 'explained by trust-any-subject' });
      expect(told(effect, [folded])).toEqual([]);
    });

    test('tells how it moves where it is still open', () =>
      expect(told({ ...effect, severity: 'high' }, [aKnown({ finding: effect })])).toEqual([
        `escalated ${effect.ruleId}`,
      ]));

    test.each([
      ['as bad as the cause', 'high', []],
      ['worse than what people know', 'critical', [`opened ${effect.ruleId}`]],
    ] as const)('tells of it if it is %s', (_title, severity, expected) =>
      expect(told({ ...effect, severity })).toEqual(expected),
    );

    test('tells of it if a fact about it is another', () =>
      expect(told(effect, [], 'new')).toContain(`opened ${effect.ruleId}`));

    test.each([
      ['subject', { subject: `${effect.subject}-other` }],
      ['discriminator', { discriminator: 'other' }],
    ])('tells of an effect of another %s, which the cause never explained', (_title, over) =>
      expect(told({ ...effect, id: 'other', ...over })).toEqual([`opened ${effect.ruleId}`]),
    );

    test('tells of it where its cause passes now: people would know of neither', () => {
      const other = { ...effect, id: 'other', subject: `${effect.subject}-other` };
      const known = { ...cause, explains: [foldedOf(other)] };
      const state = { ...nothingKnown, findings: [aKnown({ finding: known, judgedWithout: [] })] };
      const found = anEvaluation({
        ...{ findings: [other], missed: [details] },
        ...{ subjects: [cause.subject, other.subject], rulesRun: [cause.ruleId, other.ruleId] },
      });
      const steps = reconcile(state, found, aRun(2)).transitions.map(
        ({ kind, after }) => `${kind} ${after.finding.id}`,
      );
      expect(steps.sort()).toEqual([`opened ${other.id}`, `resolved ${known.id}`]);
    });

    test('goes by the worst of its causes', () => {
      const others = (['critical', 'low'] as const).map(severity =>
        aKnown({
          finding: { ...cause, id: severity, ruleId: 'trust-any-namespace', severity },
          unconfirmedSince: 'x',
          judgedWithout: [],
        }),
      );
      expect(told({ ...effect, severity: 'critical' }, others)).toEqual([]);
    });
  });
});

test('a finding that names another provider by the same words is kept so without a word: then that is not told when less is read', () => {
  const at = (name: string) => `arn:aws:iam::111122223333:oidc-provider/${name}`;
  const here = { ...rich, providerArn: at('here') };
  const there = { ...rich, providerArn: at('there') };
  const after = moved({ finding: here }, there, []);
  expect(after).toMatchObject({ told: false, finding: there });
  expect(
    moved({ finding: after.finding ?? here }, { ...poor, providerArn: at('there') }, [details]).step,
  ).toBeUndefined();
});

// The events of a failing call named another provider in a run that could not read the roles: "does not exist now" was told as
// "could not be read", and back.
test.each([
  ['less is read', { judgedWithout: [] }, 'missing', 'unread', [details], 'missing'],
  ['more is read', { judgedWithout: [details] }, 'unread', 'missing', [], 'missing'],
] as const)(
  'a finding that names another provider tells no change of its words where %s',
  (_title, known, was, is, missed, kept) => {
    const at = (name: string) => ({ providerArn: `arn:aws:iam::111122223333:oidc-provider/${name}` });
    const fix = { summary: 'Make the provider.', commands: ['aws iam get-open-id-connect-provider'] };
    const after = moved(
      { ...known, finding: { ...rich, messageId: was, ...at('here') } },
      { ...rich, messageId: is, ...at('there'), fix },
      missed,
    );
    expect(after).toMatchObject({ told: false, judgedWithout: [] });
    expect(after.finding).toEqual({ ...rich, messageId: kept, ...at('there'), fix });
  },
);

test('a finding that names another role in its words is told where less is read', () => {
  const over = { data: { role: 'other' }, roleArn: 'arn:aws:iam::111122223333:role/other' };
  expect(moved({ finding: { ...rich, data: { role: 'one' } } }, { ...rich, ...over }, [details]).step).toBe(
    'changed: changed: message',
  );
});

describe('a finding of which the configuration asks less', () => {
  const unasked: Missed = { accountId, section: 'runtime', unasked: true };

  test('says what can be said from now on, once, and moves again after that', () => {
    const after = moved({}, poor, [unasked]);
    expect(after).toMatchObject({ judgedWithout: [unasked] });
    expect(after.step).toMatch(/^reassessed: critical → high, by what is read now: /);
    expect(moved({ finding: poor, judgedWithout: [unasked] }, { ...poor, severity: 'low' }, [unasked]).told).toBe(true);
  });

  test('is not told where it is no milder', () =>
    expect(moved({}, { ...poor, severity: 'critical' }, [unasked])).toMatchObject({
      told: false,
      finding: { evidence: evidence('none') },
    }));
});

describe('a finding of which more can be said', () => {
  const before = { finding: { ...poor, severity: 'critical' as const }, judgedWithout: [details] };

  test('is kept as it is now, and not told', () => {
    expect(moved(before, rich, [])).toMatchObject({
      step: 'confirmed: as before, by what is read now',
      told: false,
      finding: rich,
      judgedWithout: [],
    });
  });

  test('is noted where it says the same: the next change is told', () => {
    const { finding, judgedWithout = [], told } = moved(before, before.finding, []);
    expect({ judgedWithout, told }).toEqual({ judgedWithout: [], told: false });
    expect(moved({ finding: before.finding, judgedWithout }, { ...rich, messageId: 'another' }, []).told).toBe(true);
    expect(finding).toEqual(before.finding);
  });

  test.each(['old', 'new'])(
    'is reassessed where it turns out worse, with a fact that is %s: nobody knows since when',
    fact => {
      const after = moved({ finding: aFinding({ severity: 'low' }), judgedWithout: [details] }, rich, [], fact);
      expect(after).toMatchObject({ told: true, judgedWithout: [] });
      expect(after.step).toMatch(/^reassessed: low → critical, by what is read now/);
    },
  );

  test('escalates where as much is read: then the world is another', () => {
    const low = { finding: aFinding({ severity: 'low' }), judgedWithout: [details] };
    expect(moved(low, rich, [details]).step).toMatch(/^escalated: low → critical: /);
  });

  test('is no change where a watched fact is another', () =>
    expect(moved(before, rich, [], 'new').step).toBe('confirmed: as before, by what is read now'));

  test('is reassessed where it turns out milder: the world may be as it was', () => {
    const after = moved(before, { ...rich, severity: 'low' }, []);
    expect(after).toMatchObject({ told: true, judgedWithout: [] });
    expect(after.step).toMatch(/^reassessed: critical → low, by what is read now: /);
  });

  test.each<readonly [string, Partial<Finding>, Partial<KnownFinding>]>([
    ['concerns another role', { roleArn: 'arn:aws:iam::111122223333:role/other' }, {}],
    [
      'is waived otherwise',
      { waiver: { ...waiver, reason: 'another' } },
      { status: 'waived', finding: { ...before.finding, waiver } },
    ],
  ])('has changed where it turns out milder and %s', (_title, now, known) =>
    expect(moved({ ...before, ...known }, { ...rich, ...now, severity: 'low' }, []).step).toMatch(/^changed: /),
  );
});

test.each([
  ['as much was read', [details], [details]],
  ['a report that is a baseline does not say', undefined, [details]],
])('a difference is a change where %s', (_title, known, missed) => {
  const { finding, ...rest } = aKnown({ finding: rich });
  const before = known === undefined ? { ...rest, finding } : { ...rest, finding, judgedWithout: known };
  const { transitions } = reconcile(
    { ...nothingKnown, findings: [before] },
    anEvaluation({ findings: [{ ...rich, messageId: 'another' }], missed }),
    aRun(2),
  );
  expect(transitions.map(({ kind }) => kind)).toEqual(['changed']);
});

describe('a finding inside a cluster, where another cluster was read less well', () => {
  const lab = 'arn:aws:eks:eu-west-1:111122223333:cluster/lab';
  const elsewhere: Missed = { accountId, section: 'pods', clusterArn: shop };
  const effect = aFinding({ ruleId: 'runtime-role-never-assumed', severity: 'low' });
  const folded = { ...aFinding({ ruleId: 'role-unused', severity: 'info' }), id: 'folded' };
  const { roleArn: _role, ...bare } = aFinding({
    ...{ ruleId: 'pod-static-credentials', subject: `${lab}/pod/shop/Deployment/cart/cart`, clusterArn: lab },
  });
  const cause = { ...bare, explains: [foldedOf(effect), foldedOf(folded)] };
  const whole = anEvaluation({ findings: [cause] });
  const poorer = anEvaluation({ findings: [bare, { ...effect, explains: [foldedOf(folded)] }], missed: [elsewhere] });
  const over = anEvaluation({ findings: [bare], subjects: [effect.subject] });

  /** The steps of each run, and whether somebody is told. */
  const steps = (...runs: readonly ReturnType<typeof anEvaluation>[]) => {
    let state = { ...nothingKnown, hasBaseline: true };
    return runs.map((evaluation, index) => {
      const change = reconcile(state, evaluation, aRun(index + 1));
      state = stateAfter(state, change, aRun(index + 1).at);
      return change.transitions.map(step => `${isNotifiable(step) ? 'tells' : 'keeps'} ${step.kind} ${step.summary}`);
    });
  };

  test('explains what it did, though its effects stand alone', () =>
    expect(steps(whole, poorer, whole, over)).toEqual([
      [`tells opened ${cause.message}`],
      [],
      [],
      ['tells changed changed: what it explains'],
    ]));

  test('is told where it says something else itself', () => {
    const moved = { ...bare, data: { name: 'another' } };
    expect(steps(whole, anEvaluation({ ...poorer, findings: [moved, ...poorer.findings.slice(1)] }))[1]).toEqual([
      'tells changed changed: message',
    ]);
  });

  test('is no other finding where that is read now and it explains more by it', () => {
    const less = anEvaluation({ findings: [bare], missed: [elsewhere] });
    expect(steps(less, whole, whole, over).slice(1)).toEqual([
      ['keeps confirmed as before, by what is read now'],
      [],
      ['tells changed changed: what it explains'],
    ]);
  });

  test('is remembered by that even where the two say the same', () => {
    const less = anEvaluation({ findings: [bare], missed: [elsewhere] });
    const read = anEvaluation({ findings: [bare] });
    expect(steps(less, read, whole)[2]).toEqual(['tells changed changed: what it explains']);
  });

  test('is no worse by effects that the other reading shows: reassessed', () => {
    const less = anEvaluation({ findings: [{ ...bare, severity: 'low' }], missed: [elsewhere] });
    expect(steps(less, whole)[1]).toEqual([expect.stringMatching(/^tells reassessed low → high, by what is read now/)]);
  });
});

describe('what bears on a finding', () => {
  const pods = { accountId, section: 'pods', clusterArn: shop } as const;
  const ofRole = { accountId, section: 'role-detail', roleArn: rich.roleArn ?? '' } as const;
  const roles = { accountId, section: 'roles' } as const;
  const all: readonly Missed[] = [roles, pods, ofRole];
  const inside = (clusterArn: string) => {
    const { roleArn: _role, ...finding } = aFinding({ clusterArn, subject: `${clusterArn}/serviceaccount/a/b` });
    return finding;
  };
  const other = 'arn:aws:eks:eu-west-1:111122223333:cluster/b';

  test.each([
    ['of a role: all clusters, its own details', rich, [pods, ofRole, roles]],
    ['inside another cluster: by its effects elsewhere alone, last', inside(other), [roles, pods]],
    ['inside the cluster', inside(shop), [pods, roles]],
    [
      'of another cluster itself: it may explain what fails elsewhere',
      { ...inside(other), subject: other },
      [pods, roles],
    ],
  ])('%s', (_title, finding, expected) => {
    expect(judgedWithout({ watched: [], missed: [...all, ...all] })(finding)).toEqual(expected);
  });

  test('a role that a part of the list lacks is known less well than one whose details were not read', () => {
    const part = { accountId, section: 'roles', part: 'a page' } as const;
    const listed = { kind: 'role-trust-policy', accountId, subject: rich.roleArn ?? '', value: '' } as const;
    const details = judgedWithout({ watched: [listed], missed: [part, ofRole] })(rich);
    const notListed = judgedWithout({ watched: [], missed: [part] })(rich);
    expect(compareReadings(details, notListed)).toBe('poorer');
    expect(compareReadings(notListed, details)).toBe('richer');
  });

  const many = Array.from({ length: 100 }, (_, index) => ({
    ...{ accountId, section: 'clusters' as const },
    region: `region ${String(index).padStart(3, '0')}`,
  }));
  const first = (skipped: number) => judgedWithout({ watched: [], missed: many.slice(skipped) })(rich);

  test.each([
    ['one of them more is read', 0, 1, 'richer'],
    ['all that is remembered is read, and not the rest', 0, 60, 'richer'],
    ['one is lost that comes before the others', 1, 0, 'poorer'],
    ['nothing has moved', 3, 3, 'comparable'],
  ])('where it is more than is remembered: %s', (_title, before, now, expected) =>
    expect(compareReadings(first(before), first(now))).toBe(expected),
  );

  test('is not known beyond a full list', () => {
    expect(compareReadings(first(0), [...first(0).slice(0, 59), details])).toBe('richer');
    expect(compareReadings([...first(0).slice(0, 59), details], first(0))).toBe('poorer');
  });

  test('is remembered within bounds', () => {
    const missed = Array.from({ length: 900 }, (_, index) => ({
      ...{ accountId, section: 'provider-detail' as const },
      providerArn: `${index}`,
    }));
    expect(judgedWithout({ watched: [], missed })(rich)).toHaveLength(60);
  });

  /** `~` where it is asked for nowhere, the section, `(part)`, its cluster, its region. */
  const missedOf = (text: string): Missed => {
    const [, unasked, section, part, clusterArn, region = parseArn(clusterArn ?? '')?.region] =
      /^(~?)([\w-]+)(?:\((\w+)\))?\|([^|]*)\|(.+)?$/.exec(text) ?? [];
    return {
      accountId,
      section: section as SectionId,
      ...(unasked ? { unasked: true } : {}),
      ...(part ? { part } : {}),
      ...(clusterArn ? { clusterArn } : {}),
      ...(region ? { region } : {}),
    };
  };

  test.each([
    [[], [], 'comparable'],
    [['roles||'], ['roles||'], 'comparable'],
    [[], ['roles||'], 'poorer'],
    [['runtime||'], ['roles||'], 'poorer'],
    [['roles||', 'runtime||'], ['roles||'], 'richer'],
    [['roles||'], ['roles||', '~runtime||'], 'richer'],
    [['~pods||'], [`pods|${shop}|`], 'richer'],
    [['~inside||'], [`pods|${shop}|`], 'richer'],
    [['~inside||'], [`pod-identity|${shop}|`], 'poorer'],
    [[`inside|${shop}|`], [`pods|${shop}|`, `version|${shop}|`], 'richer'],
    [[`inside|${shop}|`], [`pod-identity|${shop}|`], 'poorer'],
    [[`pods|${shop}|`], [`inside|${shop}|`], 'poorer'],
    [[], [`pods|${shop}|`], 'poorer'],
    [['roles(a1)||'], ['roles||'], 'poorer'],
    [['roles||'], ['roles(a1)||'], 'richer'],
    [['roles(a1)||'], ['roles(a1)||'], 'comparable'],
    [['roles(a1)||'], ['roles(b2)||'], 'poorer'],
    [['runtime(sample)||'], ['runtime(sample)||'], 'comparable'],
    [['roles||', 'runtime(sample)||'], ['runtime(sample)||'], 'richer'],
    [['runtime(sample)||'], ['roles||', 'runtime(sample)||'], 'poorer'],
    [[], ['runtime(sample)||'], 'poorer'],
    [['roles(a1)||'], [], 'richer'],
    [[], ['roles(a1)||'], 'poorer'],
    [['clusters||eu-west-1'], ['clusters(a1)||eu-west-1'], 'richer'],
    [['clusters||eu-west-1'], ['clusters(a1)||us-east-1'], 'poorer'],
    [['~pods||'], [`pods(a1)|${shop}|`], 'richer'],
    [['clusters||eu-west-1'], [`pods|${shop}|`], 'richer'],
    [['clusters||us-east-1'], [`pods|${shop}|`], 'poorer'],
    [['clusters(a1)||eu-west-1'], [`pods|${shop}|`], 'poorer'],
    [[`pods|${shop}|`], [`pods(a1)|${shop}|`], 'richer'],
    [[`inside|${shop}|`], [`pods(a1)|${shop}|`], 'richer'],
  ] as const)('%j, then %j: %s', (before, now, expected) =>
    expect(compareReadings(before.map(missedOf), now.map(missedOf))).toBe(expected),
  );
});
