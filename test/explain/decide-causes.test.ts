import { describe, expect, test } from '@jest/globals';
import { type AuditedHere, decideCauses } from '../../lib/explain/decide-causes.ts';
import { explainMessage, knownMessages } from '../../lib/explain/explain-message.ts';
import type { Cause } from '../../lib/explain/known-message.ts';
import { renderMessage } from '../../lib/explain/render-explanation.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { SectionId } from '../../lib/model/unread.ts';
import { catalog, ruleById } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import * as worlds from '../incidents/worlds.ts';
import { someFacts } from '../support/example-world.ts';

const causesOf = (text: string) => {
  const explanation = explainMessage(text);
  if (!explanation.known) throw new Error(`nothing is known in ${text}`);
  return explanation.message.causes;
};
const finding = (ruleId: string, messageId: string, over: Partial<Finding> = {}): Finding => ({
  ...{ id: 'a'.repeat(32), ruleId, subject: 'x', discriminator: '', impact: 'breaks', severity: 'high', messageId },
  ...{ data: {}, brief: 'b', message: 'm', evidence: [], explains: [], fix: { summary: 's', commands: [] } },
  ...{ accountId: '111122223333', ...over },
});
const needsOf = (id: string) => ruleById(id)?.needs ?? [];
const decidedIn = (text: string, facts: Facts) => {
  const { findings, undecided, missed } = evaluate(facts, { rules: catalog });
  return decideCauses(causesOf(text), { findings, undecided, missed: missed.map(({ section }) => section), needsOf });
};

const noCredentials = 'Unable to locate credentials';
const refused = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';

describe('what was read decides between the causes of a message', () => {
  test.each([
    [noCredentials, 'an account that should have a role', worlds.unnamedRole, /has no role/],
    [noCredentials, 'no webhook', worlds.noWebhook, /did not inject the pod/],
    ['NoCredentialProviders: no valid providers in chain', 'Fargate', worlds.onFargate, /has no role/],
    [refused, 'another name in the trust policy', worlds.otherName, /subject in the trust policy/],
    [
      'No OpenIDConnect provider found in your account for https://x',
      'no provider',
      worlds.noProvider,
      /no provider with exactly/,
    ],
    [
      'InvalidIdentityToken: Incorrect token audience',
      'another audience',
      () => worlds.providerOfAudience('sts.amazon.com'),
      /does not have sts\.amazonaws\.com/,
    ],
    [
      'open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
      'an old Kubernetes',
      worlds.oldKubernetes,
      /no fsGroup/,
    ],
  ])('%s: %s', (text, _, world, words) => {
    const [first] = decidedIn(text, world());
    expect([first?.state, first?.cause.text]).toEqual(['found', expect.stringMatching(words)]);
    expect(first?.findings.length).toBeGreaterThan(0);
  });

  describe('a finding that several causes lead to decides for none of them', () => {
    test('a role that was never assumed makes one likely', () => {
      const [first, ...others] = decidedIn(noCredentials, worlds.neverAssumed());
      expect(first).toMatchObject({ state: 'fits', cause: { text: expect.stringMatching(/SDK is too old/) } });
      expect(first?.because).toMatch(/^finding [0-9a-f]{8}, which other causes lead to as well$/);
      expect(others.filter(({ state }) => state === 'found')).toEqual([]);
    });

    const old = finding('runtime-sdk-unsupported', 'm');
    const causes = (...rules: readonly (readonly string[])[]): readonly Cause[] =>
      rules.map(list => ({ text: list.join(), rules: list }));
    const two = causes([old.ruleId, 'webhook-missing'], [old.ruleId], ['webhook-invalid']);
    const here = { undecided: [], missed: [], needsOf };
    const statesOf = (asked: readonly Cause[], findings: readonly Finding[], over: Partial<AuditedHere> = {}) =>
      decideCauses(asked, { ...here, findings, ...over }).map(({ cause, state }) => `${cause.text}: ${state}`);

    test('two that list its rule are both likely', () =>
      expect(statesOf(two, [old])).toEqual([
        `${old.ruleId},webhook-missing: fits`,
        `${old.ruleId}: fits`,
        'webhook-invalid: absent',
      ]));

    test('a finding of one alone decides beside it', () =>
      expect(statesOf(two, [old, finding('webhook-invalid', 'url')])[0]).toBe('webhook-invalid: found'));

    test('the text decides between them', () =>
      expect(statesOf(two, [old], { textDecides: true })[0]).toBe(`${old.ruleId},webhook-missing: found`));

    test('it decides where no other cause is left', () =>
      expect(statesOf(causes([old.ruleId], ['webhook-missing']), [old])[0]).toBe(`${old.ruleId}: found`));

    test('of two causes with one rule the message decides', () => {
      const [some, rest] = two;
      if (some === undefined || rest === undefined) throw new Error('two causes are wanted');
      const told = [
        { ...some, messages: { [old.ruleId]: ['other'] } },
        { ...rest, messages: { [old.ruleId]: ['m'] } },
      ];
      expect(statesOf(told, [old])[0]).toBe(`${old.ruleId}: found`);
    });

    test('a folded effect is no sign of a cause', () => {
      const effect = { id: 'b', ruleId: 'runtime-role-never-assumed', subject: 'x', message: 'm' };
      const refuses = finding('service-account-role-not-trusting', 'conditionFails', { explains: [effect] });
      expect(statesOf(causes([effect.ruleId], [refuses.ruleId]), [refuses])).toEqual([
        `${refuses.ruleId}: found`,
        `${effect.ruleId}: absent`,
      ]);
    });

    test('a cause that the text decides for goes before one that such a finding makes likely', () => {
      const unused = finding('pod-identity-role-never-used', 'neverUsed');
      const shown = causes(['pod-token-unreadable'], [unused.ruleId]);
      expect(statesOf(shown, [unused], { textDecides: true })).toEqual([
        'pod-token-unreadable: undecided',
        `${unused.ruleId}: fits`,
      ]);
      expect(statesOf(shown, [unused])[0]).toBe(`${unused.ruleId}: fits`);
    });
  });

  test('a cause with a part that no rule sees stays open where its rules pass', () => {
    const cause: Cause = { text: 'c', rules: ['webhook-missing'], unseen: 'what a wrapper does' };
    const [first] = decideCauses([cause], { findings: [], undecided: [], missed: [], needsOf: () => [] });
    expect(first).toMatchObject({ state: 'undecided', missing: ['what a wrapper does'] });
  });

  test('without a sign here a cause comes last; one that no rule decides stays open', () => {
    const decided = decidedIn(noCredentials, worlds.unnamedRole());
    expect(decided).toHaveLength(causesOf(noCredentials).length);
    expect(decided.findLast(({ state }) => state === 'absent')).toBe(decided.at(-1));
    expect(decided.find(({ cause }) => cause.rules.length === 0)?.state).toBe('not-audited');
  });

  test('an audit that did not read clusters excludes no cause inside of them', () => {
    const decided = decidedIn(noCredentials, someFacts());
    const injection = decided.find(({ cause }) => cause.text.includes('did not inject'));
    expect(injection?.state).toBe('undecided');
    expect(injection?.missing.length).toBeGreaterThan(0);
  });

  test('nodes that answer no pod make a closed metadata service likely, not certain', () => {
    const signs = { 'metadata-closed': '6 nodes read, and none answers metadata requests of pods' };
    const here = { findings: [], undecided: [], missed: [], needsOf };
    const [first] = decideCauses(causesOf('no EC2 IMDS role found'), { ...here, signs });
    expect(first).toMatchObject({ state: 'fits', because: signs['metadata-closed'], findings: [] });
    expect(decideCauses(causesOf('no EC2 IMDS role found'), here)[0]?.state).not.toBe('fits');
  });

  test('a part of what a rule needs, and what lies above it, excludes nothing', () => {
    const [cause] = causesOf('InvalidIdentityToken: Incorrect token audience');
    const decidedWithout = (missed: readonly SectionId[]) =>
      decideCauses(cause ? [cause] : [], { findings: [], undecided: [], missed, needsOf: () => ['providers'] });
    expect(decidedWithout(['provider-detail'])).toMatchObject([{ state: 'undecided' }]);
    expect(decidedWithout(['account'])).toMatchObject([
      { state: 'undecided', missing: [expect.stringMatching('OIDC')] },
    ]);
    expect(decidedWithout(['pods'])).toMatchObject([{ state: 'absent', missing: [] }]);
  });

  test.each([
    ['invalid endpoint host, "169.254.170.23", only loopback hosts are allowed', /Update the SDK/],
    [
      'When using STS client, the region parameter is ignored and sts.amazonaws.com endpoint is always called',
      /The variables are set/,
    ],
    ['open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied', /no fsGroup/],
  ])('CloudTrail and pods without a sign exclude no fault of a program: %s', (text, words) => {
    const decided = decideCauses(causesOf(text), { findings: [], undecided: [], missed: [], needsOf });
    expect(decided.find(({ cause }) => words.test(cause.text))).toMatchObject({ state: 'undecided' });
  });

  test('a role that pods do use excludes a program that cannot use it', () => {
    const decided = decideCauses(causesOf(noCredentials), { findings: [], undecided: [], missed: [], needsOf });
    expect(decided.find(({ cause }) => /SDK is too old/.test(cause.text))).toMatchObject({ state: 'absent' });
  });

  test('a rule that is off excludes nothing', () => {
    const [cause] = causesOf('InvalidIdentityToken: Incorrect token audience');
    const here = { findings: [], undecided: [], rulesOff: cause?.rules ?? [], missed: [], needsOf };
    expect(decideCauses(cause ? [cause] : [], here)).toMatchObject([
      { state: 'undecided', missing: [expect.stringMatching(/^the rule .* is off$/)] },
    ]);
  });

  test('the terminal says of each cause what was read', () => {
    const text = renderMessage(
      explainMessage(noCredentials),
      ruleById,
      { colour: false, width: 200 },
      decidedIn(noCredentials, worlds.unnamedRole()),
    );
    expect(text).toMatch(
      / 1\. The service account that the pod runs as has no role[^\n]*\n[^\n]*update-addon[^\n]*\n +Here: found, finding [0-9a-f]{8}/,
    );
    expect(text).toContain('Here: no sign of it.');
  });
});

describe('causes without an audit', () => {
  test('those with messages of a rule have its rule, and the rule has the messages', () => {
    const named = knownMessages.flatMap(({ id, causes }) =>
      causes.flatMap(({ rules, messages = {} }) =>
        Object.entries(messages).flatMap(([rule, ids]) =>
          ids.map(one => ({ id, rule, one, isOf: rules.includes(rule), isSaid: one in (ruleById(rule)?.says ?? {}) })),
        ),
      ),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ isOf, isSaid }) => !isOf || !isSaid)).toEqual([]);
  });

  test('each of several says how a person tells it', () => {
    const silent = knownMessages
      .filter(({ causes }) => causes.length > 1)
      .flatMap(({ id, causes }) => causes.filter(({ tell }) => tell === undefined).map(({ text }) => `${id}: ${text}`));
    expect(silent).toEqual([]);
  });

  const node = 'User: arn:aws:sts::111122223333:assumed-role/nodes/i-0123456789abcdef0 is not authorized to perform';
  test.each([
    ['a name with a part that changes', `crossplane provider-aws: ${refused}`, /wildcard under StringEquals/],
    ['no sign', refused, /subject in the trust policy/],
    ['a controller', `${node}: route53:ListHostedZones`, /has no role/],
    ['no sign of a program', `${node}: kms:DescribeKey`, /SDK is too old/],
    ['the driver of the registry', 's3aws: NoCredentialProviders: no valid providers in chain', /SDK is too old/],
  ])('a sign in the text puts its cause first: %s', (_, text, words) => {
    expect(causesOf(text)[0]?.text).toMatch(words);
  });
});

describe('the cause that the text decides for', () => {
  const first: Cause = { text: 'first', rules: ['webhook-missing'] };
  const second: Cause = { text: 'second', rules: [] };
  const placesWith = (over: Partial<AuditedHere>, textDecides: boolean) =>
    decideCauses([first, second], { findings: [], undecided: [], missed: [], needsOf, textDecides, ...over }).map(
      ({ cause, state }) => `${cause.text}: ${state}`,
    );

  test('is behind the others where it is excluded', () => {
    expect(placesWith({}, true)).toEqual(['second: not-audited', 'first: absent']);
  });

  test('goes before those that are open, and else comes in its order', () => {
    const undecided = [{ ruleId: 'webhook-missing', missing: 'the webhook' }];
    expect(placesWith({ undecided }, true)).toEqual(['first: undecided', 'second: not-audited']);
    expect(placesWith({ undecided }, false)).toEqual(['first: undecided', 'second: not-audited']);
    const signs = { 'metadata-closed': 'no node answers' };
    const open = { text: 'open', rules: [], sign: 'metadata-closed' } as const;
    const states = (textDecides: boolean) =>
      decideCauses([second, first, open], { findings: [], undecided, missed: [], needsOf, signs, textDecides }).map(
        ({ cause }) => cause.text,
      );
    expect(states(true)).toEqual(['second', 'open', 'first']);
    expect(states(false)).toEqual(['open', 'second', 'first']);
  });
});
