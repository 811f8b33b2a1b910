import { describe, expect, test } from '@jest/globals';
import { type Cause, catalogue, causeOf } from '../../lib/explain/causes/catalogue.ts';
import { type AuditedHere, decideCauses } from '../../lib/explain/decide-causes.ts';
import { explainMessage } from '../../lib/explain/explain-message.ts';
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
  const { message, causes } = explanation;
  if (message === undefined) throw new Error(`nothing is known in ${text}`);
  return causes.map(({ cause }) => cause).filter(({ id }) => message.causes.includes(id));
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
    [noCredentials, 'an account that should have a role', worlds.unnamedRole, /\brole\b/],
    [noCredentials, 'no webhook', worlds.noWebhook, /did not inject the pod/],
    ['NoCredentialProviders: no valid providers in chain', 'Fargate', worlds.onFargate, /\brole\b/],
    [refused, 'another name in the trust policy', worlds.otherName, /subject in the trust policy/],
    [
      'No OpenIDConnect provider found in your account for https://x',
      'no provider',
      worlds.noProvider,
      /no OIDC provider for the issuer/,
    ],
    [
      'InvalidIdentityToken: Incorrect token audience',
      'another audience',
      () => worlds.providerOfAudience('sts.amazon.com'),
      /lacks sts\.amazonaws\.com/,
    ],
    [
      'open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
      'an old Kubernetes',
      worlds.oldKubernetes,
      /no fsGroup/,
    ],
  ])('%s: %s', (text, _, world, words) => {
    const [first] = decidedIn(text, world());
    expect([first?.state, first?.cause.says]).toEqual(['found', expect.stringMatching(words)]);
    expect(first?.findings.length).toBeGreaterThan(0);
  });

  describe('a finding that several causes lead to', () => {
    const old = finding('runtime-sdk-unsupported', 'm');
    const causes = (...rules: readonly (readonly string[])[]): readonly Cause[] =>
      rules.map(list => ({ id: 'no-role', says: list.join(), fix: '', rules: list }));
    const two = causes([old.ruleId, 'webhook-missing'], [old.ruleId], ['webhook-invalid']);
    const here = { undecided: [], missed: [], needsOf };
    const statesOf = (asked: readonly Cause[], findings: readonly Finding[], over: Partial<AuditedHere> = {}) =>
      decideCauses(asked, { ...here, findings, ...over }).map(({ cause, state }) => `${cause.says}: ${state}`);

    test('of two that list its rule it is the likelier one, and the other fits', () =>
      expect(statesOf(two, [old])).toEqual([
        `${old.ruleId},webhook-missing: found`,
        `${old.ruleId}: fits`,
        'webhook-invalid: absent',
      ]));

    test('a finding of one alone decides beside it', () =>
      expect(statesOf(two, [old, finding('webhook-invalid', 'url')])).toContain('webhook-invalid: found'));

    test.each([
      ['no tool', 'no-role', undefined],
      ['a tool that says nothing of the annotation', 'no-role', 'Terraform'],
      ['a chart', 'chart-annotation', 'Helm'],
      ['eksctl', 'eksctl-keeps-account', 'eksctl'],
      ['an add-on', 'addon-role', 'EKS add-on'],
    ] as const)(
      'an account without its role, of %s, is %s: the text does not choose the finer cause',
      (_, wanted, tool) => {
        const fix = { summary: 's', commands: [], ...(tool && { managers: [{ tool }] }) };
        const unannotated = finding('service-account-role-unannotated', 'unannotated', { fix });
        const asked = (['eksctl-keeps-account', 'addon-role', 'chart-annotation', 'no-role', 'broker'] as const).map(
          causeOf,
        );
        for (const order of [asked, asked.toReversed()]) {
          const [first, ...rest] = decideCauses(order, { ...here, findings: [unannotated] });
          expect([first?.cause.id, first?.state]).toEqual([wanted, 'found']);
          expect(rest.map(({ state }) => state)).toEqual(['fits', 'fits', 'fits', 'fits']);
        }
      },
    );

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

  test.each([
    ['a pod older than its role', 'pod-role-stale', 'role-recreated'],
    ['an annotation with a role that is gone', 'service-account-role-missing', 'role-recreated'],
    ['an old SDK', 'runtime-sdk-unsupported', 'program-ignores-role'],
    ['a role that nobody assumed', 'runtime-role-never-assumed', 'program-ignores-role'],
    ['an old SDK', 'runtime-sdk-unsupported', 'sdk-before-pod-identity'],
    ['an association that nobody used', 'pod-identity-role-never-used', 'sdk-before-pod-identity'],
    ['refused calls', 'runtime-assume-failing', 'went-on-to-node'],
    ['a role that refuses', 'service-account-role-not-trusting', 'went-on-to-node'],
    ['no provider', 'cluster-provider-missing', 'went-on-to-node'],
    ['keys in the pod', 'pod-static-credentials', 'keys-empty'],
    ['a role that nobody assumed', 'runtime-role-never-assumed', 'keys-empty'],
  ])('%s (%s) is found to be %s', (_, ruleId, id) => {
    const causes = catalogue.filter(one => one.id === id);
    const stateWith = (findings: readonly Finding[]) =>
      decideCauses(causes, { findings, undecided: [], missed: [], needsOf }).map(({ state }) => state);
    expect(stateWith([finding(ruleId, 'm')])).toEqual(['found']);
    expect(stateWith([finding('pod-not-injected', 'm')])).not.toContain('found');
  });

  test('a cause with a part that no rule sees stays open where its rules pass', () => {
    const cause: Cause = {
      id: 'no-role',
      says: 'c',
      fix: '',
      rules: ['webhook-missing'],
      unseen: 'what a wrapper does',
    };
    const [first] = decideCauses([cause], { findings: [], undecided: [], missed: [], needsOf: () => [] });
    expect(first).toMatchObject({ state: 'undecided', missing: ['what a wrapper does'] });
  });

  test('without a sign here a cause comes last; one that no rule decides stays open', () => {
    const decided = decidedIn(noCredentials, worlds.unnamedRole());
    expect(decided).toHaveLength(causesOf(noCredentials).length);
    expect(decided.findLast(({ state }) => state === 'absent')).toBe(decided.at(-1));
    expect(decided.find(({ cause }) => (cause.rules ?? []).length === 0)?.state).toBe('not-audited');
  });

  test('an audit that did not read clusters excludes no cause inside of them', () => {
    const decided = decidedIn(noCredentials, someFacts());
    const injection = decided.find(({ cause }) => cause.says.includes('did not inject'));
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
    const decidedWithout = (missed: readonly SectionId[], unasked: readonly SectionId[] = []) =>
      decideCauses(cause ? [cause] : [], {
        findings: [],
        undecided: [],
        missed,
        unasked,
        needsOf: () => ['providers'],
      });
    expect(decidedWithout(['provider-detail'])).toMatchObject([{ state: 'undecided' }]);
    expect(decidedWithout(['provider-detail'], ['provider-detail'])).toMatchObject([{ state: 'absent' }]);
    expect(decidedWithout(['account'], ['account'])).toMatchObject([{ state: 'undecided' }]);
    expect(decidedWithout(['account'])).toMatchObject([
      { state: 'undecided', missing: [expect.stringMatching('OIDC')] },
    ]);
    expect(decidedWithout(['pods'])).toMatchObject([{ state: 'absent', missing: [] }]);
  });

  test('a role that pods do use excludes a program that cannot use it', () => {
    const decided = decideCauses(causesOf(noCredentials), { findings: [], undecided: [], missed: [], needsOf });
    expect(decided.find(({ cause }) => cause.id === 'program-ignores-role')).toMatchObject({ state: 'absent' });
  });

  test('a rule that is off excludes nothing', () => {
    const [cause] = causesOf('InvalidIdentityToken: Incorrect token audience');
    const here = { findings: [], undecided: [], rulesOff: cause?.rules ?? [], missed: [], needsOf };
    const [decided] = decideCauses(cause ? [cause] : [], here);
    expect(decided?.state).toBe('undecided');
    expect(decided?.missing).toEqual(cause?.rules?.slice(0, 2).map(id => `the rule ${id} is off`));
  });

  test('the terminal shows what was found alone', () => {
    const text = renderMessage(explainMessage(noCredentials), {
      style: { colour: false, width: 100 },
      decided: decidedIn(noCredentials, worlds.unnamedRole()),
    });
    expect(text).toMatch(/The cause here\n/);
    expect(text).toMatch(/Here {2}found, finding [0-9a-f]{8}/);
    expect(text).not.toContain('no sign of it');
  });
});

describe('the cause that the text decides for', () => {
  const first: Cause = { id: 'no-role', says: 'first', fix: '', rules: ['webhook-missing'] };
  const second: Cause = { id: 'proxy', says: 'second', fix: '' };
  const placesWith = (over: Partial<AuditedHere>, textDecides: boolean) =>
    decideCauses([first, second], { findings: [], undecided: [], missed: [], needsOf, textDecides, ...over }).map(
      ({ cause, state }) => `${cause.says}: ${state}`,
    );

  test('is behind the others where it is excluded', () => {
    expect(placesWith({}, true)).toEqual(['second: not-audited', 'first: absent']);
  });

  test('goes before those that are open, and else comes in its order', () => {
    const undecided = [{ ruleId: 'webhook-missing', missing: 'the webhook' }];
    expect(placesWith({ undecided }, true)).toEqual(['first: undecided', 'second: not-audited']);
    expect(placesWith({ undecided }, false)).toEqual(['first: undecided', 'second: not-audited']);
    const signs = { 'metadata-closed': 'no node answers' };
    const open = { id: 'metadata-closed', says: 'open', fix: '', sign: 'metadata-closed' } as const;
    const states = (textDecides: boolean) =>
      decideCauses([second, first, open], { findings: [], undecided, missed: [], needsOf, signs, textDecides }).map(
        ({ cause }) => cause.says,
      );
    expect(states(true)).toEqual(['second', 'open', 'first']);
    expect(states(false)).toEqual(['open', 'second', 'first']);
  });
});
