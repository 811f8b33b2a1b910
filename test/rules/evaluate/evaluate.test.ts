import { describe, expect, test } from '@jest/globals';
import { posixCommands } from '../../../lib/fixes/render-step.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { type FixDraft, severities } from '../../../lib/model/finding.ts';
import type { Step } from '../../../lib/model/step.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import {
  defineRule,
  failed,
  failOrPass,
  notApplicable,
  pass,
  unknown,
  type Verdict,
} from '../../../lib/rules/define-rule.ts';
import { type Fate, fateOf } from '../../../lib/rules/evaluate/evaluation.ts';
import { findingId } from '../../../lib/rules/evaluate/finding-id.ts';
import type { Waiver } from '../../../lib/rules/evaluate/waivers.ts';
import type { Failure } from '../../../lib/rules/failure.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import {
  aCluster,
  aClusterSnapshot,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleAccountId,
  someFacts,
} from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const denied = { kind: 'denied', operation: 'iam:ListRoles', permission: 'iam:ListRoles', message: 'no' } as const;

const failure = (over: Partial<Failure> = {}): Failure => ({
  messageId: 'broken',
  data: {},
  evidence: [{ what: 'a', got: 'b', readFrom: 'c' }],
  fix: { summary: 'fix it', steps: [] },
  ...over,
});

const meta = {
  impact: 'breaks',
  severity: 'low',
  shownAt: 'provider-exists',
  title: 'healthy',
  fault: 'faulty',
  says: { broken: ['broken', 'it is broken'], other: ['broken elsewhere', 'it is broken elsewhere'] },
  why: '',
  fix: '',
  references: [],
} as const;

const clusterRule = (id: string, check: () => Verdict, needs: readonly 'roles'[] = []) =>
  defineRule({ ...meta, id, kind: 'cluster', needs, check });
const roleRule = (id: string, check: () => Verdict) => defineRule({ ...meta, id, kind: 'role', needs: [], check });

const clusterArn = aCluster().arn;
const fate = (facts: ReturnType<typeof someFacts>, rule: ReturnType<typeof clusterRule>, subject: string): Fate => {
  const evaluation = evaluate(facts, { rules: [rule] });
  return fateOf(evaluation, new Set(evaluation.subjects), rule.id, subject);
};

describe('verdicts', () => {
  test.each([
    ['pass', pass, 'pass'],
    ['n/a', notApplicable, 'pass'],
    ['unknown', unknown('unread', 'x'), 'unknown'],
    ['fail', failed(failure()), 'fail'],
  ] as const)('%s is remembered', (_name, verdict, want) => {
    expect(
      fate(
        someFacts(),
        clusterRule('r', () => verdict),
        clusterArn,
      ),
    ).toBe(want);
  });

  test('a rule that throws is undecided and a gap, not the end', () => {
    const evaluation = evaluate(someFacts(), {
      rules: [
        clusterRule('bad', () => {
          throw new Error('boom');
        }),
        clusterRule('good', () => failed(failure())),
      ],
    });
    expect(evaluation.findings.map(finding => finding.ruleId)).toEqual(['good']);
    expect(evaluation.undecided).toEqual([
      { ruleId: 'bad', subject: clusterArn, kind: 'rule-failed', missing: 'the rule itself failed: boom' },
    ]);
    expect(evaluation.gaps.map(gap => gap.reason.operation)).toEqual(['rule bad']);
  });

  test('a section that is missing makes unknown without asking the rule', () => {
    const rule = clusterRule('r', () => failed(failure()), ['roles']);
    const evaluation = evaluate(someFacts({ roles: unavailable(denied) }), { rules: [rule] });
    expect(evaluation.findings).toEqual([]);
    expect(evaluation.undecided).toEqual([
      { ruleId: 'r', subject: clusterArn, kind: 'unread', missing: 'iam:ListRoles: denied: no' },
    ]);
    expect(evaluation.gaps.map(gap => gap.reason.permission)).toEqual(['iam:ListRoles']);
  });

  test('whatever is thrown is said', () => {
    const rule = clusterRule('bad', () => {
      throw 'no error at all';
    });
    expect(evaluate(someFacts(), { rules: [rule] }).undecided).toMatchObject([
      { missing: 'the rule itself failed: no error at all' },
    ]);
  });

  test('of a policy that cannot be read a rule that is off says that it is off', () => {
    const facts = someFacts({ roles: complete([aRole({ trustPolicy: '{' })]) });
    const rule = defineRule({ ...meta, id: 'r', kind: 'statement', needs: [], check: () => pass });
    const fateWith = (enabled: boolean) => {
      const evaluation = evaluate(facts, { rules: [rule], overrides: { r: { enabled } } });
      return fateOf(evaluation, new Set(evaluation.subjects), 'r', aRole().arn);
    };
    expect([fateWith(true), fateWith(false)]).toEqual(['unknown', 'off']);
  });

  test('a cluster that was not looked into is unknown to a rule that needs its inside', () => {
    const rule = defineRule({ ...meta, id: 'r', kind: 'cluster', needs: ['pods'], check: () => pass });
    expect(evaluate(someFacts(), { rules: [rule] }).undecided).toMatchObject([{ ruleId: 'r', subject: '*' }]);
    const inside = someFacts({ clusters: complete([aReadCluster({ pods: unavailable(denied) })]) });
    expect(evaluate(inside, { rules: [rule] }).undecided).toMatchObject([{ ruleId: 'r', subject: clusterArn }]);
  });

  test.each(['provider-detail', 'issuer', 'webhook'] as const)('a role has no %s of its own: the need is met', need => {
    const rule = defineRule({ ...meta, id: 'r', kind: 'role', needs: [need], check: () => pass });
    expect(evaluate(someFacts(), { rules: [rule] }).undecided).toEqual([]);
  });

  test('a section that nobody asked for is said once and is no gap', () => {
    const clusters = complete([aClusterSnapshot(), aClusterSnapshot({ cluster: aCluster({ name: 'other' }) })]);
    const rule = defineRule({ ...meta, id: 'r', kind: 'cluster', needs: ['runtime'], check: () => pass });
    const evaluation = evaluate(someFacts({ clusters }), { rules: [rule] });
    expect(evaluation.undecided).toEqual([
      { ruleId: 'r', subject: '*', kind: 'not-asked-for', missing: 'cloudtrail:LookupEvents: not asked for' },
    ]);
    expect(evaluation.gaps).toEqual([]);
  });

  test('a region that the account has not enabled has no clusters: the need is met', () => {
    const regions = [
      ...someFacts().snapshot.regions,
      { region: 'af-south-1', clusters: notAskedFor<never>('eks:ListClusters', 'the region is not enabled') },
    ];
    const rule = defineRule({ ...meta, id: 'r', kind: 'role', needs: ['clusters'], check: () => pass });
    expect(evaluate(someFacts({ regions }), { rules: [rule] }).undecided).toEqual([]);
  });

  test('failures with one key become one finding with the evidence of both', () => {
    const rule = clusterRule('r', () => ({ outcome: 'fail', failures: [failure(), failure({ severity: 'high' })] }));
    const [finding, ...more] = evaluate(someFacts(), { rules: [rule] }).findings;
    expect(more).toEqual([]);
    expect(finding?.severity).toBe('high');
    expect(finding?.evidence).toHaveLength(2);
  });

  test.each([
    ['first', 'high', 'low'],
    ['last', 'low', 'high'],
  ] as const)('such a finding has the words and the impact of the worse failure, here the %s', (_title, one, two) => {
    const of = (severity: 'high' | 'low'): Failure =>
      failure({ severity, impact: severity === 'high' ? 'breaks' : 'hygiene', podError: severity });
    const rule = clusterRule('r', () => ({ outcome: 'fail', failures: [of(one), of(two)] }));
    expect(evaluate(someFacts(), { rules: [rule] }).findings).toMatchObject([
      { severity: 'high', impact: 'breaks', podError: 'high' },
    ]);
  });

  /** A step that sets the trust policy of a role to a text. */
  const setting = (name: string, after: string): Step => {
    const roleArn = `arn:aws:iam::111122223333:role/${name}`;
    return { change: { kind: 'trust-policy', roleArn, before: '{}', after: JSON.stringify(after) } };
  };
  const look: Step = { look: { kind: 'discovery', issuer: 'https://issuer.example' } };

  describe('several places of one document', () => {
    const fixed = (steps: readonly Step[], more: Partial<FixDraft> = {}) =>
      failure({ fix: { summary: 'Fix it.', steps, ...more } });
    const fixOf = (...failures: readonly [Failure, ...Failure[]]) =>
      evaluate(someFacts(), { rules: [clusterRule('r', () => ({ outcome: 'fail', failures }))] }).findings[0]?.fix;
    const [a, b, c] = ['a', 'b', 'c'].map(text => setting('x', text)) as [Step, Step, Step];

    test('only the first fix stands and says once that there are more: the next would undo it', () => {
      const fix = fixOf(fixed([a]), fixed([b]), fixed([c]));
      expect(fix).toMatchObject({ commands: posixCommands([a]), steps: [a] });
      expect(fix?.choice?.match(/The same is wrong in another place of the policy/g)).toHaveLength(1);
    });

    test('a choice of the first one stays', () =>
      expect(fixOf(fixed([a], { choice: 'Which?' }), fixed([b]))?.choice).toMatch(/^Which\? The same is wrong/));

    test('fixes of different documents stand side by side', () =>
      expect(fixOf(fixed([look]), fixed([b]))).toEqual({
        summary: 'Fix it.',
        commands: posixCommands([look, b]),
        steps: [look, b],
        replaces: { kind: 'trust-policy', roleArn: 'arn:aws:iam::111122223333:role/x' },
      }));

    test('the same steps stand once', () =>
      expect(fixOf(fixed([a]), fixed([a]))).toMatchObject({ commands: posixCommands([a]), steps: [a] }));
  });

  describe('fixes of several findings', () => {
    const replacing = (name: string, text: string) => failure({ fix: { summary: 's', steps: [setting(name, text)] } });
    const choices = (first: Failure, second: Failure, waivers: readonly Waiver[] = []) => {
      const rules = [first, second].map((each, at) => clusterRule(`r${at}`, () => failed(each)));
      return evaluate(someFacts(), { rules, waivers }).findings.map(({ fix }) => fix.choice);
    };
    const another = /^Another finding has a command that sets the same document/;

    test('that set one document warn of each other', () =>
      expect(choices(replacing('x', 'a'), replacing('x', 'b'))).toEqual([
        expect.stringMatching(another),
        expect.stringMatching(another),
      ]));

    test.each([
      ['to the same text', replacing('x', 'a'), replacing('x', 'a')],
      ['of different roles', replacing('x', 'a'), replacing('y', 'b')],
      ['and one that sets none', replacing('x', 'a'), failure({ fix: { summary: 's', steps: [look] } })],
    ])('%s do not', (_, first, second) => expect(choices(first, second)).toEqual([undefined, undefined]));

    test('do not where one of them is waived', () => {
      const waiver = { rule: 'r1', subject: '*', reason: 'r', owner: 'o', expires: '2099-01-01' };
      expect(choices(replacing('x', 'a'), replacing('x', 'b'), [waiver])).toEqual([undefined, undefined]);
    });
  });

  test('an override changes the severity or turns the rule off', () => {
    const rule = clusterRule('r', () => failed(failure()));
    expect(
      evaluate(someFacts(), { rules: [rule], overrides: { r: { severity: 'critical' } } }).findings[0]?.severity,
    ).toBe('critical');
    const off = evaluate(someFacts(), { rules: [rule], overrides: { r: { enabled: false } } });
    expect(off.findings).toEqual([]);
    expect(fateOf(off, new Set(off.subjects), 'r', clusterArn)).toBe('off');
  });

  test('findings come worst first', () => {
    const rules = ['low', 'critical', 'info', 'high'].map(severity =>
      clusterRule(`r-${severity}`, () => failed(failure({ severity: severity as 'low' }))),
    );
    expect(evaluate(someFacts(), { rules }).findings.map(finding => finding.severity)).toEqual([
      'critical',
      'high',
      'low',
      'info',
    ]);
  });

  test('an unparseable policy leaves statement rules unknown', () => {
    const role = aRole({ trustPolicy: '{' });
    const rule = defineRule({ ...meta, id: 'r', kind: 'statement', needs: [], check: () => pass });
    const evaluation = evaluate(someFacts({ roles: complete([role]) }), { rules: [rule] });
    expect(fateOf(evaluation, new Set(evaluation.subjects), 'r', role.arn)).toBe('unknown');
  });
});

describe('folding', () => {
  const effect = roleRule('effect', () => failed(failure({ severity: 'critical' })));

  test('an explained failure is part of its cause, which is never milder', () => {
    const cause = clusterRule('cause', () => failed(failure({ explains: [{ ruleId: 'effect' }] })));
    const evaluation = evaluate(someFacts(), { rules: [cause, effect] });
    expect(evaluation.findings.map(finding => [finding.ruleId, finding.severity])).toEqual([['cause', 'critical']]);
    expect(evaluation.findings[0]?.explains.map(folded => folded.ruleId)).toEqual(['effect']);
    expect(fateOf(evaluation, new Set(evaluation.subjects), 'effect', aRole().arn)).toBe('explained');
  });

  test('a cause that is hygiene alone has the impact of what it explains', () => {
    const said = (over: Parameters<typeof failure>[0]) => {
      const cause = clusterRule('cause', () => failed(failure({ explains: [{ ruleId: 'effect' }], ...over })));
      return evaluate(someFacts(), { rules: [cause, effect] }).findings.map(({ impact }) => impact);
    };
    expect(said({ impact: 'hygiene', severity: 'low' })).toEqual(['breaks']);
    expect(said({ impact: 'exposes', severity: 'low' })).toEqual(['exposes']);
    expect(said({ impact: 'hygiene', severity: 'critical' })).toEqual(['hygiene']);
  });

  test('only the named subject and discriminator is folded', () => {
    const elsewhere = clusterRule('cause', () =>
      failed(failure({ explains: [{ ruleId: 'effect', subject: 'another' }] })),
    );
    expect(evaluate(someFacts(), { rules: [elsewhere, effect] }).findings).toHaveLength(2);
    const other = clusterRule('cause', () => failed(failure({ explains: [{ ruleId: 'effect', discriminator: 'x' }] })));
    expect(evaluate(someFacts(), { rules: [other, effect] }).findings).toHaveLength(2);
  });

  test.each([
    ['all of them', [['a'], ['b']], ['a', 'b']],
    [
      'each in several ways',
      [
        ['a', 'gone'],
        ['a', 'b'],
      ],
      ['a', 'b'],
    ],
    ['only one of them', [['a'], ['gone']], ['a', 'b', 'effect']],
    ['one of them, and nothing is named for the other', [['a'], []], ['a', 'b', 'effect']],
  ])('a finding of two failures is part of causes that explain %s', (_title, causes, left) => {
    const [first, second] = causes.map(ids => failure({ explainedBy: ids.map(ruleId => ({ ruleId })) }));
    const effects = clusterRule('effect', () => ({
      outcome: 'fail',
      failures: [first ?? failure(), second ?? failure()],
    }));
    const [a, b] = ['a', 'b'].map(id => clusterRule(id, () => failed(failure())));
    const rules = [a, b, effects].flatMap(rule => rule ?? []);
    expect(
      evaluate(someFacts(), { rules })
        .findings.map(({ ruleId }) => ruleId)
        .sort(),
    ).toEqual(left);
  });

  test('chains end at the first cause, circles explain nothing', () => {
    const named = (id: string, ...explained: string[]) =>
      clusterRule(id, () => failed(failure({ explains: explained.map(ruleId => ({ ruleId })) })));
    const chain = evaluate(someFacts(), { rules: [named('a', 'b'), named('b', 'c'), named('c')] });
    expect(chain.findings.map(finding => finding.ruleId)).toEqual(['a']);
    expect(chain.findings[0]?.explains).toHaveLength(2);
    const circle = evaluate(someFacts(), { rules: [named('a', 'b'), named('b', 'a')] });
    expect(circle.findings).toHaveLength(2);
  });
});

describe('what is gone and what is only unread', () => {
  const rule = clusterRule('r', () => pass);
  const goneCluster = clusterArn.replace('shop', 'old');
  const region = (clusters: ReturnType<typeof someFacts>['snapshot']['regions'][number]['clusters']) => ({
    regions: [{ region: 'eu-west-1', clusters }],
  });
  const inside = `${clusterArn}/serviceaccount/checkout/gone`;
  const pod = `${clusterArn}/pod/checkout/Deployment/gone/cart`;

  test.each([
    ['a cluster that a whole list lacks', someFacts(), goneCluster, 'gone'],
    ['a cluster of a region that was denied', someFacts(region(unavailable(denied))), goneCluster, 'not-read'],
    [
      'a cluster of a half-read region',
      someFacts(region(withGaps([aClusterSnapshot()], [{ what: 'old', reason: denied }]))),
      goneCluster,
      'not-read',
    ],
    [
      'a cluster of a region that is not audited',
      someFacts(),
      goneCluster.replace('eu-west-1', 'eu-west-2'),
      'not-read',
    ],
    ['a role that the list lacks', someFacts(), `arn:aws:iam::${exampleAccountId}:role/old`, 'gone'],
    [
      'a role where the list was denied',
      someFacts({ roles: unavailable(denied) }),
      `arn:aws:iam::${exampleAccountId}:role/old`,
      'not-read',
    ],
    ['a role of another account', someFacts(), 'arn:aws:iam::999999999999:role/old', 'not-read'],
    ['a provider that the list lacks', someFacts(), `${aProvider().arn}0`, 'gone'],
    ['an issuer of no cluster', someFacts(), 'https://oidc.eks.eu-west-1.amazonaws.com/id/OLD', 'gone'],
    ['a service account of a cluster not looked into', someFacts(), inside, 'not-read'],
    ['a service account of a read cluster', someFacts({ clusters: complete([aReadCluster()]) }), inside, 'gone'],
    [
      'a service account where the list was denied',
      someFacts({ clusters: complete([aReadCluster({ serviceAccounts: unavailable(denied) })]) }),
      inside,
      'not-read',
    ],
    ['a pod owner of a read cluster', someFacts({ clusters: complete([aReadCluster()]) }), pod, 'gone'],
    [
      'a pod owner where pods were denied',
      someFacts({ clusters: complete([aReadCluster({ pods: unavailable(denied) })]) }),
      pod,
      'not-read',
    ],
    ['a service account of a cluster that is gone itself', someFacts({ clusters: complete([]) }), inside, 'gone'],
    ['a service account in a region that was denied', someFacts(region(unavailable(denied))), inside, 'not-read'],
  ] as const)('%s', (_name, facts, subject, want) => {
    expect(fate(facts, rule, subject)).toBe(want);
  });

  test('a service account that lost its annotation, and that no role names, is no subject any more', () => {
    const facts = someFacts({
      roles: complete([]),
      clusters: complete([aReadCluster({ serviceAccounts: complete([aServiceAccount({ annotations: {} })]) })]),
    });
    expect(fate(facts, rule, `${clusterArn}/serviceaccount/checkout/cart`)).toBe('gone');
  });
});

describe('subjects', () => {
  const subjectsOf = (trustPolicy: string) =>
    evaluate(someFacts({ roles: complete([aRole({ trustPolicy })]) }), { rules: [] }).subjects.includes(aRole().arn);
  const statement = (principal: unknown, action: string) =>
    JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: principal, Action: action }] });

  test.each([
    ['an EKS provider', aTrustPolicy(), true],
    ['an unparseable policy', 'x', true],
    [
      'GitHub',
      statement(
        { Federated: 'arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com' },
        'sts:AssumeRoleWithWebIdentity',
      ),
      false,
    ],
    ['EC2', statement({ Service: 'ec2.amazonaws.com' }, 'sts:AssumeRole'), false],
    ['everyone by sts:AssumeRole', statement({ AWS: '*' }, 'sts:AssumeRole'), false],
    ['everyone by web identity', statement({ AWS: '*' }, 'sts:AssumeRoleWithWebIdentity'), true],
    ['everyone federated, every action', statement({ Federated: '*' }, 'sts:*'), true],
  ])('a role that trusts %s', (_name, trustPolicy, want) => {
    expect(subjectsOf(trustPolicy)).toBe(want);
  });
});

describe('waivers', () => {
  const rule = clusterRule('r', () => failed(failure()));
  const waiver = (over: object = {}) => ({
    rule: 'r',
    subject: clusterArn,
    reason: 'known',
    owner: 'platform',
    expires: '2026-12-31',
    ...over,
  });
  const run = (over: object) => evaluate(someFacts(), { rules: [rule], waivers: [waiver(over)] }).findings;

  test.each([
    ['the exact subject', {}, true],
    ['a pattern', { subject: 'arn:aws:eks:*:cluster/*' }, true],
    ['everything', { subject: '*' }, true],
    ['another subject', { subject: 'arn:aws:eks:*:cluster/x*' }, false],
    ['a pattern longer than the subject', { subject: `${clusterArn}*${clusterArn}` }, false],
    ['another rule', { rule: 'q' }, false],
    ['its last day', { expires: '2026-11-01' }, true],
    ['the severity that it goes up to', { upTo: 'low' }, true],
    ['a milder severity', { upTo: 'high' }, true],
    ['a worse severity', { upTo: 'info' }, false],
  ])('covers %s', (_name, over, want) => {
    expect(run(over)[0]?.waiver !== undefined).toBe(want);
  });

  test.each(severities.flatMap(upTo => severities.map(severity => [upTo, severity] as const)))(
    'up to %s covers a finding of severity %s only where that is no worse',
    (upTo, severity) => {
      const graded = { ...rule, severity };
      const [finding] = evaluate(someFacts(), { rules: [graded], waivers: [waiver({ upTo })] }).findings;
      expect(finding?.severity).toBe(severity);
      expect(finding?.waiver !== undefined).toBe(severities.indexOf(severity) >= severities.indexOf(upTo));
    },
  );

  describe('of a rule that exposes', () => {
    const open = (pattern: string) => failure({ discriminator: `provider ${pattern}`, data: { pattern } });
    const exposing = defineRule({
      ...{ ...meta, impact: 'exposes' as const },
      ...{ id: 'r', kind: 'cluster' as const, needs: [], check: () => failOrPass([open('shop:*'), open('default:*')]) },
    });
    const waived = (over: object) =>
      evaluate(someFacts(), { rules: [exposing], waivers: [waiver(over)] })
        .findings.filter(finding => finding.waiver !== undefined)
        .map(({ data }) => data.pattern);

    test.each<readonly [string, object, readonly string[]]>([
      ['without the finding covers nothing', { upTo: 'critical' }, []],
      ['without a severity covers nothing', { finding: 'shop:*' }, []],
      ['for all subjects covers nothing', { subject: '*', finding: 'shop:*', upTo: 'critical' }, []],
      ['for all subjects in other words covers nothing', { subject: '**', finding: 'shop:*', upTo: 'critical' }, []],
      ['covers the finding with its pattern alone', { finding: 'shop:*', upTo: 'low' }, ['shop:*']],
      ['covers the finding by what tells it apart', { finding: 'provider default:*', upTo: 'low' }, ['default:*']],
      ['covers nothing worse than it says', { finding: 'shop:*', upTo: 'info' }, []],
      ['covers no other finding', { finding: '*', upTo: 'critical' }, []],
    ])('%s', (_, over, patterns) => expect(waived(over)).toEqual(patterns));

    test('covers a finding by its id', () => {
      const [first] = evaluate(someFacts(), { rules: [exposing] }).findings;
      expect(waived({ finding: first?.id, upTo: 'low' })).toEqual([first?.data.pattern]);
    });
  });

  test('an expired one is reported beside what it no longer covers', () => {
    const reported = run({ expires: '2026-10-31' });
    expect(reported.map(({ ruleId, severity }) => [ruleId, severity])).toEqual([
      ['r', 'low'],
      ['waiver-expired', 'low'],
    ]);
    expect(evaluate(someFacts(), { rules: [], waivers: [waiver({ expires: '2026-10-31' })] }).findings).toEqual([]);
  });

  test('an expired one that was renewed is not reported', () => {
    const waivers = [waiver({ expires: '2026-10-31' }), waiver()];
    const { findings } = evaluate(someFacts(), { rules: [rule], waivers });
    expect(findings.map(({ ruleId, waiver: by }) => [ruleId, by?.expires])).toEqual([['r', '2026-12-31']]);
  });
});

test('ids are stable and keep their parts apart', () => {
  expect(findingId('a', 'b', 'c')).toBe(findingId('a', 'b', 'c'));
  expect(findingId('a', 'b', 'c')).toMatch(/^[0-9a-f]{32}$/);
  expect(findingId('a', 'bc', '')).not.toBe(findingId('a', 'b', 'c'));
});

describe('a finding has an id of its own in each account', () => {
  const own = 'https://oidc.example.org/self-hosted';
  const nothing = unavailable<never>({ kind: 'not-found', operation: 'GET', message: 'HTTP 404' });
  const found = (accountId: string) => {
    const provider = aProvider({ issuer: own, accountId });
    const snapshot = { accountId, providers: complete([provider]), roles: complete([]), clusters: complete([]) };
    const issuers = [anIssuer({ url: own, discovery: nothing, keys: nothing })];
    const settings = { registeredIssuers: [own] };
    return evaluate(someFacts({ ...snapshot, issuers, settings }), { rules: catalog }).findings;
  };

  test('where two have a provider of one registered issuer', () => {
    const [first, second] = [found('111122223333'), found('444455556666')];
    expect(first.map(({ ruleId }) => ruleId)).toContain('issuer-unreachable');
    expect(second.map(({ ruleId }) => ruleId)).toEqual(first.map(({ ruleId }) => ruleId));
    expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(first.length + second.length);
  });

  test('which is made of rule, subject and discriminator alone where the subject names the account', () => {
    const facts = someFacts({ issuers: [anIssuer({ discovery: nothing, keys: nothing })], providers: complete([]) });
    const { findings } = evaluate(facts, { rules: catalog });
    expect(findings.map(({ subject }) => subject.startsWith('https://'))).toContain(true);
    for (const { id, ruleId, subject, discriminator } of findings)
      expect(id).toBe(findingId(ruleId, subject, discriminator));
  });
});
