import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { type Collected, complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../lib/model/kubernetes.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { fateOf } from '../../lib/rules/evaluate/evaluation.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount, aWebhook } from '../support/example-cluster.ts';
import { anIssuer, aProvider, aRole, someFacts } from '../support/example-world.ts';
import { evaluate } from '../support/whole/evaluate.ts';

const reason = { kind: 'timed-out', operation: 'list', message: 'no answer' } as const;
const unread = <T>(): Collected<T> => unavailable(reason);
const partly = <T>(value: T): Collected<T> => withGaps(value, [{ what: 'page 2', reason }]);

const world = (kubernetes: Partial<KubernetesFacts>, over: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({ settings: { inCluster: true }, clusters: complete([aReadCluster(kubernetes)]), ...over });

const run = (facts: Facts) => evaluate(facts, { rules: catalog });

/** Severity of what a rule found, or what became of it. */
const severityOf = (facts: Facts, ruleId: string) => run(facts).findings.find(one => one.ruleId === ruleId)?.severity;

/** The next state of a finding of `before` by `after`: `still open` or its fate. */
const fate = (before: Facts, after: Facts, ruleId: string): string => {
  const was = run(before).findings.find(one => one.ruleId === ruleId);
  if (was === undefined) throw new Error(`${ruleId} did not fail at first`);
  const now = run(after);
  if (now.findings.some(one => one.id === was.id)) return 'still open';
  return fateOf(now, new Set(now.subjects), was.ruleId, was.subject);
};

const bare = { containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] };

describe('an open finding is not closed by what was not read', () => {
  test('a pod without its role, on a page that was not read', () => {
    const sound = aPod();
    const missed = aPod({ name: 'cart-7d9f6c5b8-zzzzz', ...bare });
    expect(
      fate(world({ pods: complete([sound, missed]) }), world({ pods: partly([sound]) }), 'pod-not-injected'),
    ).toMatch(/unknown|not-read/);
  });

  const excluding = complete(aWebhook({ namespaceSelector: { matchLabels: { irsa: 'on' }, matchExpressions: [] } }));
  const never = complete(aWebhook({ objectSelector: { matchLabels: { irsa: 'on' }, matchExpressions: [] } }));
  const sections: readonly [string, Partial<KubernetesFacts>, Partial<KubernetesFacts>][] = [
    ['service accounts unread', { webhook: excluding }, { serviceAccounts: unread() }],
    ['service accounts in part', { webhook: excluding }, { serviceAccounts: partly([]) }],
    ['namespaces unread', { webhook: excluding }, { namespaces: unread() }],
    ['namespaces in part', { webhook: excluding }, { namespaces: partly([]) }],
    ['pods unread', { webhook: never }, { pods: unread() }],
    ['pods in part', { webhook: never }, { pods: partly([]) }],
  ];
  test.each(sections)('a webhook whose selector leaves accounts out: %s', (_title, before, lost) => {
    expect(fate(world(before), world({ ...before, ...lost }), 'webhook-invalid')).toMatch(
      /still open|unknown|not-read/,
    );
  });

  test('a cluster without a provider does not become unused because its inside was not read', () => {
    const without = { providers: complete([]), roles: complete([]) };
    const before = world({}, without);
    const after = someFacts({
      settings: { inCluster: true },
      clusters: complete([{ ...aReadCluster(), kubernetes: unread() }]),
      ...without,
    });
    expect(severityOf(before, 'cluster-provider-missing')).toBe('high');
    expect(run(after).findings.filter(one => one.ruleId === 'cluster-provider-missing')).toEqual([]);
    expect(fate(before, after, 'cluster-provider-missing')).toBe('unknown');
  });

  test('an issuer that only a provider names is not gone while providers were not read', () => {
    const registered = 'https://issuer.example/one';
    const broken = anIssuer({ url: registered, discovery: unavailable({ ...reason, kind: 'not-found' }) });
    const common = { issuers: [anIssuer(), broken], settings: { registeredIssuers: [registered] } };
    const before = someFacts({ ...common, providers: complete([aProvider(), aProvider({ issuer: registered })]) });
    expect(fate(before, someFacts({ ...common, providers: unread() }), 'issuer-unreachable')).toMatch(
      /still open|not-read|unknown/,
    );
  });
});

describe('what was not read makes no alarm', () => {
  test.each([
    ['service accounts unread', unread<never>()],
    ['service accounts in part', partly([])],
  ])('a cluster without the webhook, of which it is not known whether anyone wants a role: %s', (_title, accounts) => {
    const { findings } = run(world({ webhook: complete(undefined), serviceAccounts: accounts, pods: complete([]) }));
    expect(findings.filter(one => one.ruleId === 'webhook-missing')).toEqual([]);
  });

  test('a selector that no pod read so far satisfies, while others were not read', () => {
    const webhook = complete(aWebhook({ objectSelector: { matchLabels: { irsa: 'on' }, matchExpressions: [] } }));
    expect(severityOf(world({ webhook, pods: complete([aPod()]) }), 'webhook-invalid')).toBe('critical');
    const { findings } = run(world({ webhook, pods: partly([aPod()]) }));
    expect(findings.filter(one => one.ruleId === 'webhook-invalid')).toEqual([]);
  });

  test('a provider for an audience of its own, when its cluster was not read for once', () => {
    const account = aServiceAccount();
    const own = { ...account, annotations: { ...account.annotations, 'eks.amazonaws.com/audience': 'vault' } };
    const trust = aRole().trustPolicy.replace('sts.amazonaws.com', 'vault');
    const over = {
      providers: complete([aProvider({ audiences: ['vault'] })]),
      roles: complete([aRole({ trustPolicy: trust })]),
    };
    const whole = { serviceAccounts: complete([own]), pods: complete([]) };
    expect(severityOf(world(whole, over), 'provider-audience-missing')).toBeUndefined();
    expect(severityOf(world({ ...whole, pods: unread() }, over), 'provider-audience-missing')).toBeUndefined();
    expect(severityOf(world({ ...whole, serviceAccounts: partly([own]) }, over), 'provider-audience-missing')).toBe(
      undefined,
    );
  });

  test('but an account that was read and asks for the default audience is enough', () => {
    const over = { providers: complete([aProvider({ audiences: ['vault'] })]) };
    expect(severityOf(world({ pods: unread() }, over), 'provider-audience-missing')).toBe('high');
  });
});

test('a role that nobody assumed stays reported while pods were not read', () => {
  const role = aRole({ detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} }) });
  const over = {
    roles: complete([role]),
    runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
  };
  const before = world({}, over);
  expect(fate(before, world({ pods: unread() }, over), 'runtime-role-never-assumed')).toBe('unknown');
});
