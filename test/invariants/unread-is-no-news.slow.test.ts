import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { parseArn } from '../../lib/model/arn.ts';
import { type Collected, complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import type { Evaluation } from '../../lib/rules/evaluate/evaluation.ts';
import { given } from '../../lib/text/given.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { aContainer, aPod, aServiceAccount } from '../support/example-cluster.ts';
import { aRole } from '../support/example-world.ts';
import { barePod, worldOf } from '../support/in-cluster-world.ts';
import { examplesOf } from '../support/rule-examples.ts';

const reason = { kind: 'denied', operation: 'read', message: '403' } as const;
const gaps = [{ what: 'page 1', reason }] as const;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isRead = (value: unknown): value is Extract<Collected<unknown>, { readonly status: 'complete' }> =>
  isObject(value) && value.status === 'complete' && 'value' in value;

/** The ways in which a section may be lost: all of it; every entry of a list, or one of the first. */
const losses = (value: unknown): readonly Collected<unknown>[] => {
  if (!Array.isArray(value))
    return isObject(value) && Array.isArray(value.events)
      ? [unavailable(reason), withGaps({ ...value, events: [] }, gaps)]
      : [unavailable(reason)];
  const withoutOne = value.length < 2 ? [] : value.slice(0, 3).map((_, at) => withGaps(value.toSpliced(at, 1), gaps));
  return [unavailable(reason), withGaps([], gaps), ...withoutOne];
};

/** A value with one of the sections in it lost, wherever that stands: each with its path. */
const poorer = (value: unknown, path = ''): readonly (readonly [string, unknown])[] => {
  if (!isObject(value)) return [];
  const here = isRead(value) ? losses(value.value).map(lost => [`${path} ${lost.status}`, lost] as const) : [];
  // A bundle of the webhook that cannot be decoded is a fact of its own.
  const within = Object.entries(value)
    .filter(([key]) => key !== 'caCertificates')
    .flatMap(([key, part]) =>
      poorer(part, `${path}.${key}`).map(
        ([name, lost]) =>
          [name, Array.isArray(value) ? value.with(Number(key), lost) : { ...value, [key]: lost }] as const,
      ),
    );
  return [...here, ...within];
};

/** The index of the fleet where another account of it was not read, or a part of that. */
const poorerFleets = ({ fleet, snapshot }: Facts): readonly (readonly [string, Facts['fleet']])[] => {
  const ids = [...fleet.accounts, ...fleet.clusters, ...fleet.providers].map(({ accountId }) => accountId);
  return [...new Set(ids.filter(accountId => accountId !== snapshot.accountId))].flatMap(accountId => {
    const isOther = (one: { readonly arn: string }): boolean => parseArn(one.arn)?.accountId !== accountId;
    const roles = {
      roles: fleet.roles.filter(isOther),
      ...given({ callers: fleet.callers?.filter(isOther), targets: fleet.targets?.filter(isOther) }),
    };
    const providers = { providers: fleet.providers.filter(isOther) };
    const clusters = { clusters: fleet.clusters.filter(isOther) };
    const accounts = (over: object) => ({
      accounts: fleet.accounts.map(one => (one.accountId === accountId ? { ...one, ...over } : one)),
    });
    const regions = [...new Set(fleet.clusters.filter(one => !isOther(one)).map(({ region }) => region))];
    const gap = (section: 'account' | 'clusters', region?: string) => ({
      accountId,
      section,
      ...given({ region }),
      reason,
    });
    const unlisted = fleet.accounts.filter(one => one.accountId !== accountId);
    return [
      [
        `account ${accountId}`,
        { ...fleet, ...roles, ...providers, ...clusters, accounts: unlisted, gaps: [...fleet.gaps, gap('account')] },
      ],
      [`roles of ${accountId}`, { ...fleet, ...roles, ...accounts({ rolesRead: false }) }],
      [`providers of ${accountId}`, { ...fleet, ...providers, ...accounts({ providersRead: false }) }],
      [
        `clusters of ${accountId}`,
        { ...fleet, ...clusters, gaps: [...fleet.gaps, ...regions.map(region => gap('clusters', region))] },
      ],
    ] as const;
  });
};

/** The facts of a run that lost one section of the account, or an issuer. */
const poorerFacts = (facts: Facts): readonly (readonly [string, Facts])[] => [
  ...poorer(facts.snapshot).map(
    ([name, snapshot]) => [name, { ...facts, snapshot: snapshot as Facts['snapshot'] }] as const,
  ),
  ...poorerFleets(facts).map(([name, fleet]) => [name, { ...facts, fleet }] as const),
  ...(Object.keys(facts.issuers).length === 0 ? [] : [['no issuer was probed', { ...facts, issuers: {} }] as const]),
  ...Object.entries(facts.issuers).map(([url, issuer]) => {
    const lost = unavailable<never>(reason);
    const hidden = { ...issuer, host: lost, discovery: lost, keys: lost, fromPrivateNetwork: true };
    return [url, { ...facts, issuers: { ...facts.issuers, [url]: hidden } }] as const;
  }),
];

/** Faults that rest on more reads than the example of their rule. */
const others: readonly (readonly [string, string, Facts])[] = [
  [
    'service-account-on-default',
    'whose role is of an association',
    worldOf(
      { serviceAccounts: complete([aServiceAccount({ name: 'default', annotations: {} })]), pods: complete([]) },
      {},
      {
        podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'default', roleArn: aRole().arn }]),
      },
    ),
  ],
  [
    'service-account-on-default',
    'whose role is of an association, beside a mistyped annotation',
    worldOf(
      {
        serviceAccounts: complete([
          aServiceAccount({ name: 'default', annotations: { 'eks.amazonaws.com/role_arn': aRole().arn } }),
        ]),
        pods: complete([]),
      },
      {},
      {
        podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'default', roleArn: aRole().arn }]),
      },
    ),
  ],
  [
    'service-account-role-unannotated',
    'whose pods wait for secrets',
    worldOf(
      {
        serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
        pods: complete([
          barePod({ phase: 'Pending', mountsSecretsStore: true }),
          aPod({ name: 'driver', namespace: 'kube-system', serviceAccount: 'driver', secretsProvider: 'aws' }),
        ]),
      },
      { roles: complete([]) },
    ),
  ],
  [
    'service-account-role-unannotated',
    'that has another mark',
    worldOf({
      serviceAccounts: complete([
        aServiceAccount({ annotations: { 'eks.amazonaws.com/audience': 'sts.amazonaws.com' } }),
      ]),
      pods: complete([barePod()]),
    }),
  ],
  [
    'service-account-second-role',
    'whose first role is of an association',
    worldOf(
      { pods: complete([aPod({ containers: [aContainer({ assumesRole: aRole({ name: 'second' }).arn })] })]) },
      { roles: complete([aRole(), aRole({ name: 'second' })]) },
      {
        podIdentity: complete([
          { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn, sessionTags: true },
        ]),
      },
    ),
  ],
  [
    'service-account-second-role',
    'that a ClusterIssuer names',
    worldOf(
      {
        pods: complete([aPod({ isCertManager: true })]),
        issuerRoles: complete([{ issuer: 'letsencrypt', roleArn: aRole({ name: 'zones' }).arn }]),
      },
      { roles: complete([aRole(), aRole({ name: 'zones' })]) },
    ),
  ],
];

const cases = [
  ...catalog.map(rule => [rule.id, 'as in its example', examplesOf(rule).fail.facts] as const),
  ...catalog.map(rule => [rule.id, 'where it holds', examplesOf(rule).pass.facts] as const),
  ...others.map(([id, title, facts]) => [id, title, () => facts] as const),
];

/** The steps that are no news: the finding is as it was, as far as it could be read. */
const quiet: readonly string[] = ['unconfirmed', 'confirmed', 'reassessed'];

/** What the runs after the first one tell, and the facts that any of them tells. */
const newsOf = (evaluations: readonly Evaluation[]): readonly string[] => {
  let known = nothingKnown;
  return evaluations.flatMap((evaluation, index) => {
    const run = aRun(index + 1);
    const change = reconcile(known, evaluation, run);
    known = stateAfter(known, change, run.at);
    const told = index === 0 ? [] : change.transitions.filter(({ kind }) => !quiet.includes(kind));
    return [
      ...told.map(({ kind, summary }) => `${kind}: ${summary}`),
      ...change.factChanges.map(({ kind, before, after }) => `${kind}: from ${before} to ${after}`),
    ];
  });
};

test.each(cases)('%s, %s: what is not read resolves, opens and changes nothing', (id, _title, factsOf) => {
  const facts = factsOf();
  const rules = catalog.filter(rule => rule.id === id);
  const whole = evaluate(facts, { rules });
  const news = poorerFacts(facts).flatMap(([name, read]) => {
    const part = evaluate(read, { rules });
    // That a whole reading finds more is news.
    const found = newsOf([part, whole]).filter(text => !text.startsWith('opened: '));
    return [...newsOf([whole, part, whole, part]), ...found].map(text => `${name}: ${text}`);
  });
  expect(news).toEqual([]);
});

test('parts of these worlds lose what findings rest on', () => {
  const lost = catalog.slice(0, 20).flatMap(rule => {
    const facts = examplesOf(rule).fail.facts();
    return poorerFacts(facts).filter(([, read]) => evaluate(read, { rules: [rule] }).findings.length === 0);
  });
  expect(lost.length).toBeGreaterThan(30);
});
