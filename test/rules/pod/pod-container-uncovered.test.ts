import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Pod, PodContainer } from '../../../lib/model/kubernetes.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aContainer, aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole } from '../../support/example-world.ts';
import { bareContainer, verdicts, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { reportedBy } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { annotatedAt, ofRole, other, run, stalePod } from './worlds.ts';

const together = (...containers: readonly PodContainer[]) => worldOf(withPods(aPod({ containers })));

const skipping = (value: string, ...names: readonly string[]) =>
  worldOf(
    withPods(
      aPod({
        annotations: { 'eks.amazonaws.com/skip-containers': value },
        containers: [aContainer(), ...names.map(name => bareContainer({ name }))],
      }),
    ),
  );

run('pod-container-uncovered', [
  ['is silent for a container with a role of its own', together(aContainer(), ofRole(other, { name: 'b' })), []],
  [
    'reports a lone variable',
    together(aContainer(), aContainer({ name: 'b', awsVariables: ['AWS_ROLE_ARN'] })),
    ['medium loneVariable'],
  ],
  [
    'reports variables without the mount',
    together(aContainer(), aContainer({ name: 'b', mounts: {} })),
    ['medium noMount'],
  ],
  [
    'is silent for variables from elsewhere',
    together(aContainer(), bareContainer({ name: 'b', hasEnvFrom: true })),
    [],
  ],
  ['reports a container with nothing', together(aContainer(), bareContainer({ name: 'b' })), ['medium nothing']],
  [
    'is silent for a proxy of a mesh that was added later',
    together(aContainer(), bareContainer({ name: 'linkerd-proxy' })),
    [],
  ],
  ['is silent for a proxy of a mesh that is skipped', skipping('istio-proxy', 'istio-proxy'), []],
  ['takes any other skipped container as a choice', skipping('exporter', 'exporter'), ['low skipped']],
  ['reads quoted names as the webhook does', skipping('"exporter","a ""b"""', 'exporter', 'a "b"'), ['low skipped']],
  ['keeps blanks as part of a name', skipping('x, exporter', 'exporter'), ['medium nothing']],
  ['skips none where the webhook cannot read the list', skipping('ex"porter,exporter', 'exporter'), ['medium nothing']],
  ['reads the first line only', skipping('\nexporter\nother', 'exporter', 'other'), ['medium nothing']],
]);

const tokens = (over: Partial<PodContainer>, volumes: Pod['volumes'], inside: Partial<KubernetesFacts> = {}) =>
  worldOf({ ...withPods(aPod({ containers: [byHand(over)], volumes })), ...inside });
/** A container whose template sets the role and reads a token of a volume of its own. */
const byHand = (over: Partial<PodContainer> = {}, file = '/tokens/aws') =>
  aContainer({
    irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_WEB_IDENTITY_TOKEN_FILE: file },
    mounts: { own: '/tokens' },
    ...over,
  });
const ofAudience = (audience: string) => [{ name: 'own', audience, path: 'aws' }];
const onApiToken = byHand({ mounts: {} }, '/run/secrets/kubernetes.io/serviceaccount/token');
/** A role of an account that was not read. */
const elsewhere = { AWS_ROLE_ARN: 'arn:aws:iam::999988887777:role/cart', AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws' };
const unannotated = { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) };

run('pod-container-uncovered', [
  ['takes a token of its own for STS', tokens({}, ofAudience('sts.amazonaws.com')), []],
  ['reports a token of another audience', tokens({}, ofAudience('vault')), ['medium otherAudience']],
  [
    'reports it for a role that the template alone names',
    tokens({}, ofAudience('vault'), unannotated),
    ['medium otherAudience'],
  ],
  [
    'does not know what the provider of an account that was not read takes',
    tokens({ irsaEnvironment: elsewhere }, ofAudience('vault')),
    ['unknown unread'],
  ],
  [
    'takes the audience that all providers have for one that is taken there',
    tokens({ irsaEnvironment: elsewhere }, ofAudience('sts.amazonaws.com')),
    [],
  ],
  [
    'reports the token of the Kubernetes API where the template alone names the role, by either path',
    worldOf({ ...withPods(aPod({ containers: [onApiToken], volumes: [] })), ...unannotated }),
    ['medium apiToken'],
  ],
  [
    'reports a mistyped file in the mount of a token',
    worldOf(withPods(aPod({ containers: [byHand({}, '/tokens/awz')], volumes: ofAudience('sts.amazonaws.com') }))),
    ['medium wrongPath'],
  ],
  [
    'reports a path at which nothing is mounted',
    worldOf(
      withPods(
        aPod({
          containers: [byHand({ mounts: {}, tokenFileUnmounted: true }, '/var/run/secrets/sts/token')],
          volumes: [],
        }),
      ),
    ),
    ['medium wrongPath'],
  ],
  [
    'is silent for a file that a program may write itself',
    worldOf(withPods(aPod({ containers: [byHand({ mounts: {} }, '/tmp/token')], volumes: [] }))),
    [],
  ],
  [
    'reports a volume of the webhook’s name that is no token',
    worldOf(withPods(aPod({ volumes: [] }))),
    ['medium foreignVolume'],
  ],
  [
    'asks nothing else of a pod whose service account names no role',
    worldOf({ ...withPods(aPod({ containers: [aContainer(), bareContainer({ name: 'b' })] })), ...unannotated }),
    [],
  ],
]);

test('a refused audience is the cause, and the trust policy of the role is told with it', () => {
  const role = ofRole(other, {
    irsaEnvironment: { AWS_ROLE_ARN: other, AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws' },
    mounts: { own: '/tokens' },
  });
  const facts = worldOf(
    { ...withPods(aPod({ containers: [role], volumes: ofAudience('vault') })), ...unannotated },
    { roles: complete([aRole(), aRole({ name: 'other' })]) },
  );
  expect(verdicts('pod-role-not-trusting', facts)).toEqual(['high refused']);
  const told = evaluate(facts, { rules: catalog }).findings;
  expect(told.filter(({ ruleId }) => ruleId === 'pod-role-not-trusting')).toEqual([]);
  expect(told.flatMap(({ explains }) => explains.map(({ ruleId }) => ruleId))).toContain('pod-role-not-trusting');
  expect(verdicts('pod-container-uncovered', facts)).toEqual(['medium otherAudience']);
});

describe('the fix is that of the cause', () => {
  const fixesOf = (facts: Facts) =>
    evaluate(facts, { rules: catalog }).findings.flatMap(({ ruleId, fix }) =>
      ruleId === 'pod-container-uncovered' ? [fix.summary] : [],
    );

  test('a volume of the webhook’s name gets another name: no variable stands in the template', () => {
    expect(fixesOf(worldOf(withPods(aPod({ volumes: [] }))))).toEqual([
      'Give the volume aws-iam-token in the template of Deployment checkout/cart another name: the webhook then mounts the token under it.',
    ]);
  });

  test('a service account without a role gets it first: without the annotation the webhook sets nothing', () => {
    expect(fixesOf(tokens({}, ofAudience('vault'), unannotated))).toEqual([
      'Name the role in the annotation of service account checkout/cart, and remove the variables from the template of Deployment checkout/cart: the webhook then sets both and mounts the token.',
    ]);
  });
});

test('messages name workloads, roles and containers', () => {
  expect(reportedBy('pod-container-uncovered', skipping('exporter', 'exporter'))).toEqual([
    ['low', 'skipped', { containers: ['exporter'], workload: 'Deployment checkout/cart' }],
  ]);
  expect(reportedBy('pod-role-stale', annotatedAt(undefined, stalePod('2026-10-01T00:00:00Z')))).toEqual([
    ['high', 'stale', { workload: 'Deployment checkout/cart', old: ['other'], role: 'checkout-cart' }],
  ]);
});

describe('whether a token is refused is not known where the provider is not read', () => {
  const refused = { kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'no' } as const;
  const verdictOf = (audience: string, over: Parameters<typeof worldOf>[1]) => {
    const facts = worldOf(withPods(aPod({ containers: [byHand()], volumes: ofAudience(audience) })), over);
    const evaluation = evaluate(facts, { rules: catalog });
    return Object.entries(evaluation.outcomes).flatMap(([key, outcome]) =>
      key.startsWith('pod-container-uncovered ') ? [outcome] : [],
    );
  };

  test.each<readonly [string, Parameters<typeof worldOf>[1], readonly string[]]>([
    ['the list', { providers: unavailable(refused) }, ['unknown']],
    ['the details', { providers: complete([{ ...aProvider(), detail: unavailable(refused) }]) }, ['unknown']],
    ['nothing', {}, ['fail']],
    ['a provider that is not there: other rules tell of it', { providers: complete([]) }, []],
  ])('%s unread', (_title, over, expected) => expect(verdictOf('vault', over)).toEqual(expected));
});
