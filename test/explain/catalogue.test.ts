import { describe, expect, test } from '@jest/globals';
import { catalogue } from '../../lib/explain/causes/catalogue.ts';
import { plainText } from '../../lib/explain/log-records.ts';
import { knownMessages, messagesIn } from '../../lib/explain/messages/known-messages.ts';
import { ruleById } from '../../lib/rules/catalog.ts';

describe('the catalogue of causes', () => {
  test('names rules that exist, and messages that they have', () => {
    const named = catalogue.flatMap(({ id, rules = [], messages = {} }) => [
      ...rules.map(rule => ({ id, rule, isThere: ruleById(rule) !== undefined })),
      ...Object.entries(messages).flatMap(([rule, ids]) =>
        ids.map(one => ({ id, rule, isThere: rules.includes(rule) && one in (ruleById(rule)?.says ?? {}) })),
      ),
    ]);
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ isThere }) => !isThere)).toEqual([]);
  });

  test('tells each cause of a pod or a node apart by a command or a field', () =>
    expect(catalogue.filter(({ identity, tell }) => identity !== 'other' && tell === undefined)).toEqual([]));

  test('says each thing once', () => {
    const texts = catalogue.flatMap(({ says }) => says);
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('the known messages', () => {
  test.each(knownMessages.map(one => [one.id, one] as const))('%s is found by its own sample', (_, message) =>
    expect(messagesIn(plainText(message.sample)).map(match => match.message)).toContain(message),
  );

  test('are told together only where both say something: a more exact one replaces a general one', () => {
    const texts = knownMessages.flatMap(({ sample, texts }) => [sample, ...texts]);
    const together = texts.flatMap(text => {
      const found = messagesIn(plainText(text.replace(/\{[^}]*\}/g, 'x').replaceAll('*', ' x ')));
      return found.length < 2 ? [] : found.map(({ message: { id } }) => id).join(' and ');
    });
    expect([...new Set(together)].sort()).toEqual([
      'kubelet-token-audience and service-account-not-found',
      'sdk-wrapper and sdk-sts-certificate',
      'sdk-wrapper and sdk-sts-unreachable',
      'sdk-wrapper and sts-expired',
      'sdk-wrapper and sts-not-authorized',
      'sts-idp-communication and iam-provider-unreachable',
    ]);
  });

  test('have an id each, and give way to messages that exist', () => {
    const ids = new Set(knownMessages.map(({ id }) => id));
    expect(ids.size).toBe(knownMessages.length);
    expect(knownMessages.flatMap(({ unless = [] }) => unless).filter(id => !ids.has(id))).toEqual([]);
  });

  const refused = 'Not authorized to perform sts:AssumeRoleWithWebIdentity';
  const login = 'Could not assume role with OIDC';
  test.each([
    [refused, 'sts-not-authorized'],
    [`${login}: ${refused}`, 'sts-not-authorized-of-login'],
    [`${refused} with an explicit deny in a resource control policy`, 'sts-organization-deny'],
    [`${login}: ${refused} with an explicit deny in a resource control policy`, 'sts-organization-deny'],
    [`${login}: ${refused} with an explicit deny in a service control policy`, 'sts-organization-deny'],
    [`${refused} with an explicit deny in a VPC endpoint policy`, 'sts-endpoint-deny'],
    [`${login}: ${refused} with an explicit deny in a VPC endpoint policy`, 'sts-endpoint-deny'],
    [`${login}: ${refused} because no VPC endpoint policy allows it`, 'sts-endpoint-deny'],
    ['InvalidIdentityToken: Incorrect token audience', 'sts-audience'],
    [`${login}: Incorrect token audience`, 'sts-audience-of-login'],
  ])('of %j the most exact one alone is told', (text, id) =>
    expect(messagesIn(plainText(text)).map(({ message }) => message.id)).toEqual([id]),
  );
});
