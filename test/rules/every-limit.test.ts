/** Both sides of each limit of rules that no instant has. */
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import { iamQuotas, nearFrom } from '../../lib/model/quotas.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';
import { lengthFault, lengthNote } from '../../lib/rules/access/policy-length.ts';
import { ruleById } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aRole, someFacts } from '../support/example-world.ts';
import { annotatedWith, worldOf as clusterWith, denied, verdicts } from '../support/in-cluster-world.ts';
import { reportedBy } from '../support/verdict-of.ts';
import { inside, policy, said, statement, subject, worldOf } from './trust/judge.ts';

const { least, most } = iamQuotas.trustPolicyLength;

/** The trust policy of the example with so many characters. */
const ofLength = (length: number): string => {
  const { length: own } = policy(statement({ Sid: '' }));
  return policy(statement({ Sid: 'S'.repeat(length - own) }));
};
const withQuota = (text: string, trustPolicyLength: number | undefined): Facts =>
  worldOf(text, {
    quotas: trustPolicyLength === undefined ? unavailable(denied) : complete({ oidcProviders: 100, trustPolicyLength }),
  });

describe('the length of a trust policy', () => {
  test.each<[number, number | undefined, readonly string[]]>([
    [nearFrom(least) - 1, least, []],
    [nearFrom(least), least, ['low quota']],
    [nearFrom(4096) - 1, 4096, []],
    [nearFrom(4096), 4096, ['low quota']],
    [nearFrom(least) - 1, undefined, []],
    [
      nearFrom(least),
      undefined,
      [`unknown unread: the account's quota of trust policy length (the policy has ${nearFrom(least)} characters)`],
    ],
    [nearFrom(most), undefined, ['low maximum']],
  ])('%i characters of a quota of %j', (length, quota, expected) => {
    expect(said('trust-size-near-limit', withQuota(ofLength(length), quota))).toEqual(expected);
  });

  test.each<[before: number, after: number, quota: number | undefined, fault: boolean, note: boolean]>([
    [1000, least, least, false, false],
    [1000, least + 1, least, true, false],
    [least + 1, least + 1, least, false, false],
    [least + 2, least + 1, least, false, false],
    [1000, least, undefined, false, false],
    [1000, least + 1, undefined, false, true],
    [least + 1, least + 1, undefined, false, false],
    [1000, most, undefined, false, true],
    [1000, most + 1, undefined, true, true],
  ])('from %i to %i of a quota of %j', (before, after, quota, isFault, isNoted) => {
    const [one, other] = [before, after].map(length => parsePolicy(ofLength(length)));
    if (!one?.ok || !other?.ok) throw new Error('got a text that is no policy, want a policy');
    const facts = withQuota('', quota);
    expect(lengthFault(one.policy, other.policy, facts)).toBe(
      isFault
        ? `No command is given, because the policy would have ${after} characters and the quota is ${quota ?? most}: split the role, or raise the quota first.`
        : undefined,
    );
    expect(lengthNote(one.policy, other.policy, facts)).toBe(
      isNoted
        ? `The policy then has ${after} characters: IAM refuses it if the account has the default quota of ${least}.`
        : undefined,
    );
  });
});

describe('names', () => {
  test.each<[namespace: number, name: number, readonly unknown[]]>([
    [63, 253, []],
    [64, 253, [{ part: 'namespace', length: 64, max: 63 }]],
    [63, 254, [{ part: 'service account', length: 254, max: 253 }]],
  ])('of a subject with %i and %i characters', (namespace, name, expected) => {
    const text = `system:serviceaccount:${'n'.repeat(namespace)}:${'a'.repeat(name)}`;
    const found = reportedBy('trust-subject-malformed', worldOf(subject(text)));
    expect(found.map(([, , data]) => data)).toEqual(
      expected.map(part => ({
        ...(part as object),
        role: 'checkout-cart',
        subject: expect.stringContaining(text.slice(0, 255)),
      })),
    );
  });

  test.each([
    ['arn:aws:iam::1:role', 'Member must have length greater than or equal to 20'],
    ['arn:aws:iam::12:role', 'Request ARN is invalid'],
  ])('of the role %s', (roleArn, error) => {
    const facts = clusterWith(annotatedWith({ 'eks.amazonaws.com/role-arn': roleArn }));
    const rule = ruleById('service-account-role-arn-malformed');
    expect(rule && evaluate(facts, { rules: [rule] }).findings.map(({ podError }) => podError)).toEqual([
      expect.stringMatching(new RegExp(`^ValidationError: .*${error}$`)),
    ]);
  });

  test('of existing service accounts are ten, and the others are counted', () => {
    const gotOf = (count: number) => {
      const names = Array.from({ length: count }, (_, at) => `cart-${String.fromCharCode(97 + at)}`);
      const facts = worldOf(subject('system:serviceaccount:checkout:*', 'StringLike'), inside(...names));
      const rule = ruleById('trust-any-service-account-in-namespace');
      const [found] = rule ? evaluate(facts, { rules: [rule] }).findings : [];
      return found?.evidence.find(({ what }) => what === 'existing service accounts that match')?.got;
    };
    const ten = Array.from({ length: 10 }, (_, at) => `checkout/cart-${String.fromCharCode(97 + at)}`).join(', ');
    expect([gotOf(10), gotOf(11)]).toEqual([ten, `${ten} and 1 more`]);
  });
});

describe('the days without use', () => {
  const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
  const now = Date.parse(someFacts().now);
  const ofAge = (ms: number) =>
    someFacts({ roles: complete([aRole({ detail, createdAt: new Date(now - ms).toISOString() })]) });
  const day = 24 * 3_600_000;

  test.each<[number, readonly string[]]>([
    [90 * day - 1, []],
    [90 * day, ['info never']],
    [401 * day - 1, ['info never']],
    [401 * day, ['info untracked']],
  ])('%i ms', (ms, expected) => {
    expect(verdicts('role-unused', ofAge(ms))).toEqual(expected);
  });
});
