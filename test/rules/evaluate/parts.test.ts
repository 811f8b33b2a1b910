/** The parts of an evaluation, each form of what they are given beside each form of everything else. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { addAudience, setThumbprints, setTrustPolicy } from '../../../lib/fixes/aws-steps.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { failOrPass, unknownKindOf } from '../../../lib/rules/define-rule.ts';
import { verdictOn } from '../../../lib/rules/evaluate/ask-rule.ts';
import { anySubject, type Evaluation, fateOf, isGone, outcomeKey } from '../../../lib/rules/evaluate/evaluation.ts';
import { missedSections } from '../../../lib/rules/evaluate/missed-sections.ts';
import { unmetNeed } from '../../../lib/rules/evaluate/needs.ts';
import { withinLimits } from '../../../lib/rules/evaluate/within-limits.ts';
import { aPod, aReadCluster } from '../../support/example-cluster.ts';
import {
  aCluster,
  aClusterSnapshot,
  aProvider,
  aRole,
  aSnapshot,
  aTrustPolicy,
  someFacts,
} from '../../support/example-world.ts';
import { aGap, barePod, denied, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { beside, line, tell } from '../../support/paired-lines.ts';
import { calling } from '../runtime/worlds.ts';

test('the fate of a finding', () => {
  const scopes = {
    none: [],
    account: ['arn:aws:iam::1:'],
    roles: ['arn:aws:iam::1:', 'arn:aws:iam::1:role/'],
    other: ['arn:aws:eks:'],
  };
  const cases = beside({
    outcome: {
      none: {},
      failed: { [outcomeKey('a', 'arn:aws:iam::1:role/x')]: 'fail' },
      open: { [outcomeKey('a', anySubject)]: 'unknown' },
      off: { [outcomeKey('a', anySubject)]: 'off' },
      other: { [outcomeKey('b', anySubject)]: 'unknown' },
    },
    seen: { seen: ['arn:aws:iam::1:role/x'], unseen: [] },
    run: { run: ['a'], 'not run': ['b'] },
    closed: scopes,
    open: scopes,
  });
  tell(
    'fates',
    cases.map(([title, { outcome, seen, run, closed, open }]) => {
      const evaluation = {
        outcomes: outcome,
        rulesRun: run,
        closedScopes: closed,
        openScopes: open,
      } as unknown as Evaluation;
      return line(title, [
        fateOf(evaluation, new Set(seen), 'a', 'arn:aws:iam::1:role/x'),
        isGone(evaluation, 'arn:aws:iam::1:role/x'),
      ]);
    }),
  );
});

const role = aRole();
const thumbprints = (count: number) =>
  setThumbprints(
    aProvider().arn,
    [],
    Array.from({ length: count }, (_, at) => `${at}`.repeat(40)),
  );
const longer = (length: number) =>
  setTrustPolicy(role.arn, role.trustPolicy, JSON.parse(aTrustPolicy({ subject: 'x'.repeat(length) })));

test('fixes within the limits of IAM', () => {
  const steps = {
    none: [],
    audience: [addAudience(aProvider().arn, 'vault')],
    five: [thumbprints(5)],
    six: [thumbprints(6)],
    short: [longer(20)],
    long: [longer(2000)],
    'too long': [longer(9000)],
    two: [addAudience(aProvider().arn, 'vault'), thumbprints(6)],
  };
  const cases = beside({
    steps,
    alternatives: { 'no other': undefined, ...steps },
    choice: { none: {}, some: { choice: 'Which.' } },
    provider: {
      99: aProvider({ audiences: Array.from({ length: 99 }, (_, at) => `a${at}`) }),
      100: aProvider({ audiences: Array.from({ length: 100 }, (_, at) => `a${at}`) }),
      unread: aProvider({ detail: unavailable(denied) }),
      gone: aProvider({ issuer: 'https://k8s.example' }),
    },
    quota: { unread: {}, least: { trustPolicyLength: 2048 }, most: { trustPolicyLength: 8192 } },
  });
  tell(
    'limits',
    cases.map(([title, { steps: own, alternatives, choice, provider, quota }]) => {
      const others =
        alternatives === undefined
          ? {}
          : {
              alternatives: [
                { summary: 'a', steps: alternatives },
                { summary: 'b', steps: [thumbprints(1)] },
              ],
            };
      const failure = {
        messageId: 'm',
        data: {},
        evidence: [],
        fix: { summary: 's', steps: own, ...choice, ...others },
      };
      const verdict = withinLimits(
        { outcome: 'fail', failures: [failure, failure] },
        someFacts({ providers: complete([provider]), quotas: complete(quota) }),
      );
      const fixes =
        verdict.outcome === 'fail'
          ? verdict.failures.map(({ fix }) => [
              fix.steps?.length,
              fix.choice,
              fix.alternatives?.map(one => one.steps.length),
            ])
          : [];
      expect(fixes[0]).toEqual(fixes[1]);
      return line(title, fixes[0]);
    }),
  );
});

test('sections that a rule needs', () => {
  const clusters = {
    whole: complete([aReadCluster()]),
    closed: complete([aClusterSnapshot({ kubernetes: unavailable(denied) })]),
    'not asked': complete([aClusterSnapshot()]),
    'pods refused': complete([aReadCluster({ pods: unavailable(denied) })]),
    'one closed, one not asked': complete([
      aClusterSnapshot({ kubernetes: unavailable(denied) }),
      aClusterSnapshot({ cluster: aCluster({ name: 'b' }) }),
    ]),
    none: complete([]),
    refused: unavailable(denied),
    'not in the account': unavailable({
      kind: 'not-asked-for',
      operation: 'eks:ListClusters',
      message: 'off',
    } as const),
  };
  const cases = beside({
    clusters,
    roles: {
      read: complete([aRole()]),
      refused: unavailable(denied),
      'in part': withGaps([aRole()], [aGap('iam:ListRoles')]),
    },
    providers: {
      read: complete([aProvider()]),
      refused: unavailable(denied),
      undetailed: complete([aProvider({ detail: unavailable(denied) })]),
    },
    issuers: { probed: {}, none: { issuers: [] } },
    quotas: { read: { quotas: complete({}) } as const, not: { quotas: notAskedFor<never>('q') } },
  });
  const needs = [
    'issuer',
    'clusters',
    'roles',
    'role-detail',
    'providers',
    'provider-detail',
    'pods',
    'service-accounts',
    'inside',
    'pod-identity',
    'quotas',
    'webhook',
    'network',
    'control-policies',
  ] as const;
  tell(
    'needs',
    cases.map(([title, { clusters: some, roles, providers, issuers, quotas }]) => {
      const facts = someFacts({
        clusters: some as never,
        roles: roles as never,
        providers: providers as never,
        ...issuers,
        ...quotas,
      });
      const subjects = Object.entries(subjectsOfAccount(facts)).flatMap(([kind, [first]]) =>
        first === undefined ? [] : [[kind, first] as const],
      );
      const unmet = (of: (typeof subjects)[number][1], facts_: Facts) =>
        needs.filter(need => unmetNeed([need], of, facts_) !== undefined).join(' ');
      const poorer = someFacts({ clusters: some as never, roles: unavailable(denied), providers: unavailable(denied) });
      return line(title, [
        ...subjects.map(([kind, of]) => `${kind}: ${unmet(of, facts)}`),
        subjects.map(([, of]) => unmet(of, poorer).length),
      ]);
    }),
  );
});

test('answers of a part, and what the fleet misses', () => {
  const gap = aGap('list pods');
  const asked: readonly (readonly [string, string, Facts])[] = [
    ['pod-not-injected', 'fails', worldOf({ pods: withGaps([barePod()], [gap]) })],
    ['pod-not-injected', 'passes', worldOf({ pods: withGaps([aPod()], [gap]) })],
    ['pod-not-injected', 'is whole', worldOf(withPods(barePod()))],
    ['runtime-thumbprint-consulted', 'fails', calling({ verificationMethods: ['Thumbprint'] })],
  ];
  const ofPart = (facts: Facts): Facts => {
    const { runtime } = facts.snapshot;
    return runtime.status === 'unavailable'
      ? facts
      : {
          ...facts,
          snapshot: { ...facts.snapshot, runtime: withGaps(runtime.value, [aGap('cloudtrail:LookupEvents')]) },
        };
  };
  tell(
    'answers',
    asked.flatMap(([id, title, facts]) =>
      [facts, ofPart(facts)].map(world => {
        const rule = ruleById(id);
        const subjects = subjectsOfAccount(world);
        const [first] = id.startsWith('pod') ? subjects.pod : subjects.runtime;
        const verdict = rule && verdictOn(rule, first?.id ?? '', subjects, world);
        return line([id, title], [verdict?.outcome, verdict && 'missing' in verdict && verdict.missing]);
      }),
    ),
  );
  const one = { messageId: 'm', data: {}, evidence: [], fix: { summary: 's' } };
  const missing = { kind: 'unread', missing: 'x' } as const;
  const kinds = [
    'denied',
    'not-asked-for',
    'throttled',
    'not-found',
    'unreachable',
    'timed-out',
    'invalid',
    'too-large',
  ] as const;
  tell('verdicts', [
    ...[[], [one], [one, one]].flatMap(failures =>
      [undefined, missing].map(of => line([failures.length, of], failOrPass(failures, of))),
    ),
    ...kinds.map(kind => line(kind, unknownKindOf({ kind, operation: 'o', message: 'm' }))),
  ]);
  const second = { accountId: '444455556666', clusters: complete([]) };
  const fleets = {
    whole: [second, []],
    'without roles': [{ ...second, roles: unavailable(denied) }, []],
    'without providers': [{ ...second, providers: unavailable(denied) }, []],
    'an account less': [second, ['777788889999']],
    'a region less': [{ ...second, clusters: unavailable(denied) }, []],
  } as const;
  tell(
    'missed',
    beside({
      fleets,
      own: {
        whole: {},
        'without roles': { roles: unavailable(denied) },
        'a page of clusters less': { clusters: withGaps([aReadCluster()], [aGap('eks:ListClusters')]) },
        'closed cluster': { clusters: complete([aClusterSnapshot({ cluster: aCluster({ status: 'CREATING' }) })]) },
      },
      probe: { none: [], all: undefined },
    }).map(([title, { fleets: of, own, probe }]) => {
      const [their, unread] = of;
      const mine = aSnapshot(own as never);
      const facts = {
        ...someFacts({ ...mine, ...(probe && { issuers: probe }) }),
        fleet: indexOf([mine, aSnapshot(their as never)], unread),
      };
      return line(
        title,
        missedSections(facts, subjectsOfAccount(facts)).map(
          ({ accountId, ...rest }) => `${accountId.slice(0, 4)} ${Object.values(rest).join(' ')}`,
        ),
      );
    }),
  );
});
