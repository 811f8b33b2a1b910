/** Texts of the world are bounded where they are collected: whatever stands in them, nothing downstream gets too large. */
import { describe, expect, test } from '@jest/globals';
import { parseAssumeEvent } from '../../lib/collect/cloudtrail/assume-event.ts';
import { readIam } from '../../lib/collect/iam/iam-account-reader.ts';
import { takePod } from '../../lib/collect/kubernetes/parse-pod.ts';
import { takeNamespace, takeServiceAccount } from '../../lib/collect/kubernetes/parse-service-account.ts';
import { parseWebhook } from '../../lib/collect/kubernetes/parse-webhook.ts';
import { boundedEntries, boundedText } from '../../lib/collect/world-text.ts';
import { roleArnFault } from '../../lib/facts/role-arn-fault.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { complete } from '../../lib/model/collected.ts';
import type { ServiceAccount } from '../../lib/model/kubernetes.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { lengthBeforeCut } from '../../lib/text/cut-mark.ts';
import { against } from '../support/answering-aws.ts';
import { aRun } from '../support/drift-builders.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { someFacts } from '../support/example-world.ts';
import { aPodObject, aServiceAccountObject, aWebhookObject, inflated, roleKey } from '../support/inflated-objects.ts';
import { fc } from '../support/properties.ts';

const large = 256 * 1024;

describe('a text', () => {
  test('of usual size is kept as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2048 }), text => {
        expect(boundedText(text)).toBe(text);
        expect(lengthBeforeCut(boundedText(text))).toBeUndefined();
      }),
    );
  });

  test('of any size is never longer than the limit, says how long it was, and is not cut twice', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
        fc.integer({ min: 200, max: 3000 }),
        (unit, limit) => {
          const text = unit.repeat(5_000);
          const kept = boundedText(text, limit);
          expect(kept.length).toBeLessThanOrEqual(limit);
          expect(lengthBeforeCut(kept)).toBe(text.length);
          expect(boundedText(kept, limit)).toBe(kept);
          expect(kept.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  test('differs from another of the same beginning and length', () => {
    const [one, other] = ['x', 'y'].map(end => boundedText('a'.repeat(9999) + end));
    expect(one).not.toBe(other);
  });

  test('is never taken for a role ARN, whose fault is then its length', () => {
    const text = `arn:aws:iam::111122223333:role/${'x'.repeat(large)}`;
    expect(roleArnFault(boundedText(text), undefined)).toMatchObject({ id: 'too-long', data: { length: text.length } });
    expect(roleArnFault(text, undefined)).toMatchObject({ id: 'too-long' });
  });
});

test('a map keeps the first entries, and none with a key that no API takes', () => {
  const entries = [
    ['k'.repeat(400), 'dropped'],
    ['a', '1'],
    ['b', 'x'.repeat(large)],
    ['c', '3'],
  ] as const;
  const kept = boundedEntries(entries, 2);
  expect(Object.keys(kept)).toEqual(['a', 'b']);
  expect(kept.b).toHaveLength(2048);
});

test.each<readonly [what: string, object: unknown, take: (object: unknown) => unknown]>([
  ['service account', aServiceAccountObject, takeServiceAccount],
  ['namespace', aServiceAccountObject, takeNamespace(new Set([roleKey]))],
  ['pod', aPodObject, takePod(new Set([roleKey]))],
  [
    'webhook configuration',
    aWebhookObject,
    body => parseWebhook({ ...Object(body), metadata: { name: 'pod-identity-webhook' } }),
  ],
])('a %s with a megabyte in every text is read, and small', (_, object, take) => {
  const taken = JSON.stringify(take(inflated(object, 1024 * 1024)));
  expect(taken).toContain('…(cut: 1048576 characters');
  expect(taken).not.toContain('"bad"');
  expect(taken.length).toBeLessThan(40_000);
});

const longName = 'x'.repeat(1024 * 1024);

test.each<readonly [what: string, object: unknown, take: (object: unknown) => object]>([
  ['service account', { metadata: { name: longName, namespace: 'n' } }, takeServiceAccount],
  ['service account in a namespace', { metadata: { name: 'a', namespace: longName } }, takeServiceAccount],
  ['namespace', { metadata: { name: longName } }, takeNamespace(new Set())],
  ['pod', { ...aPodObject, metadata: { ...aPodObject.metadata, name: longName } }, takePod(new Set())],
  [
    'pod of a service account',
    { ...aPodObject, spec: { ...aPodObject.spec, serviceAccountName: longName } },
    takePod(new Set()),
  ],
])('a %s with a name of a megabyte is refused, and the name is not repeated', (_, object, take) => {
  const taken = take(object);
  expect(Object.keys(taken)).toEqual(['bad']);
  expect(JSON.stringify(taken).length).toBeLessThan(200);
});

const serviceAccount = (over: object): ServiceAccount => {
  const taken = takeServiceAccount({ metadata: { name: 'x', namespace: 'tenant', ...over } });
  if (!('keep' in taken)) throw new Error('not taken');
  return taken.keep;
};

test('annotations beside those that the webhook reads do not push them out', () => {
  const others = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`eks.amazonaws.com/a${n}`, 'x']));
  const { annotations } = serviceAccount({ annotations: { ...others, [roleKey]: 'arn' } });
  expect(Object.keys(annotations)).toHaveLength(50);
  expect(annotations[roleKey]).toBe('arn');
});

test.each([
  ['role-arn', 'A'],
  ['role-arn', '<'],
  ['role-arn', '"'],
  ['role_arn', '"'],
  ['audience', 'é'],
  ['token-expiration', '9'],
])(
  'eight service accounts with 256 KiB of annotation %s (%s) make findings that fit into items and events',
  (key, unit) => {
    const accounts = Array.from({ length: 8 }, (_, n) =>
      serviceAccount({
        name: `x${n}`,
        annotations: {
          [roleKey]: 'arn:aws:iam::111122223333:role/x',
          [`eks.amazonaws.com/${key}`]: unit.repeat(large),
        },
      }),
    );
    const facts = someFacts({ clusters: complete([aReadCluster({ serviceAccounts: complete(accounts) })]) });
    const { transitions } = reconcile(nothingKnown, evaluate(facts, { rules: catalog }), aRun(1));
    expect(transitions.length).toBeGreaterThan(0);
    for (const transition of transitions) expect(Buffer.byteLength(JSON.stringify(transition))).toBeLessThan(100_000);
  },
);

test('an account with 200 KB in every text is read, and what is kept of it is small', async () => {
  const long = (text: string) => text.padEnd(200_000, 'x');
  const xml = (operation: string, content: string): string =>
    `<${operation}Response><${operation}Result>${content}</${operation}Result></${operation}Response>`;
  const tag = `<member><Key>${long('k')}</Key><Value>${long('v')}</Value></member>`;
  const answers: Readonly<Record<string, string>> = {
    ListRoles: xml(
      'ListRoles',
      `<Roles><member><Arn>${long('arn')}</Arn><RoleName>${long('n')}</RoleName><Path>${long('/')}</Path><AssumeRolePolicyDocument>${long('{')}${long('{')}${long('{')}</AssumeRolePolicyDocument></member></Roles><IsTruncated>false</IsTruncated>`,
    ),
    ListOpenIDConnectProviders: xml(
      'ListOpenIDConnectProviders',
      `<OpenIDConnectProviderList><member><Arn>${long('arn')}</Arn></member></OpenIDConnectProviderList>`,
    ),
    GetOpenIDConnectProvider: xml(
      'GetOpenIDConnectProvider',
      `<Url>${long('u')}</Url><ClientIDList><member>${long('c')}</member></ClientIDList><ThumbprintList><member>${long('t')}</member></ThumbprintList><Tags>${tag}</Tags>`,
    ),
  };
  await against(
    ({ body }) => answers[/Action=(\w+)/.exec(body)?.[1] ?? ''] ?? '',
    async clients => {
      const { roles, providers } = await readIam(clients.iam());
      expect([roles.status, providers.status]).toEqual(['complete', 'complete']);
      const [role] = roles.status === 'complete' ? roles.value : [];
      expect(role?.trustPolicy.length).toBeLessThanOrEqual(400_000);
      expect(parsePolicy(role?.trustPolicy ?? '')).toMatchObject({ ok: false });
      expect(JSON.stringify({ ...role, trustPolicy: '' }).length).toBeLessThan(10_000);
      expect(JSON.stringify(providers).length).toBeLessThan(20_000);
    },
  );
});

test('the ARN of a role with a long path is whole in an event, so that it is the role that was read', () => {
  const roleArn = `arn:aws:iam::111122223333:role/${'p'.repeat(500)}/${'n'.repeat(64)}`;
  const userName = `system:serviceaccount:${'n'.repeat(63)}:${'a'.repeat(253)}`;
  const event = parseAssumeEvent(
    JSON.stringify({
      ...{ eventID: 'e', eventName: 'AssumeRoleWithWebIdentity', eventTime: '2026-11-01T00:00:00Z', awsRegion: 'r' },
      ...{ requestParameters: { roleArn }, userIdentity: { userName } },
    }),
  );
  expect(event).toMatchObject({ roleArn, subject: userName });
});
