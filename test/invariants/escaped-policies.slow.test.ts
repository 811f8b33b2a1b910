import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { mapSection, valueOr } from '../../lib/model/collected.ts';
import { accessOf } from '../../lib/report/graph/access.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { examplesOf } from '../support/rule-examples.ts';

/** The same JSON value, with every character of its strings as an escape. A text that is no JSON stays. */
const escaped = (json: string): string => {
  try {
    JSON.parse(json);
  } catch {
    return json;
  }
  return json.replace(/"([^"\\]*)"/g, (_, text: string) => `"${[...text].map(escapeOf).join('')}"`);
};

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const escapedRoles = <T extends { readonly trustPolicy: string }>(roles: readonly T[]): readonly T[] =>
  roles.map(role => ({ ...role, trustPolicy: escaped(role.trustPolicy) }));

const withEscapes = (facts: Facts): Facts => ({
  ...facts,
  snapshot: { ...facts.snapshot, roles: mapSection(facts.snapshot.roles, escapedRoles) },
  fleet: { ...facts.fleet, roles: escapedRoles(facts.fleet.roles) },
});

/** Without the rule on a policy's length, which counts what is written. */
const rules = catalog.filter(({ id }) => id !== 'trust-size-near-limit');

/** The findings, without the excerpts of the text. */
const found = (facts: Facts) =>
  evaluate(facts, { rules }).findings.map(({ id, severity, messageId, explains, fix }) => ({
    ...{ id, severity, messageId },
    explains: explains.map(({ ruleId, subject }) => `${ruleId} ${subject}`),
    isFixed: (fix.steps ?? []).length > 0,
  }));

const worlds = rules.flatMap(rule => {
  const { pass, fail } = examplesOf(rule);
  return [pass, fail].map(example => [`${rule.id}: ${example.title}`, example.facts] as const);
});

describe('a trust policy whose text is all escapes is the same policy', () => {
  test('is really another text', () => {
    expect(escaped('{"a":["b"]}')).toBe('{"\\u0061":["\\u0062"]}');
  });

  test.each(worlds)('to every rule, and to the table of who may assume what: %s', (_title, facts) => {
    expect(found(withEscapes(facts()))).toEqual(found(facts()));
    expect(accessOf([withEscapes(facts())])).toEqual(accessOf([facts()]));
  });

  test.each(worlds)('to the index of the fleet: %s', (_title, facts) => {
    const arns = (of: Facts) => indexOf([of.snapshot]).roles.map(({ arn }) => arn);
    expect(arns(withEscapes(facts()))).toEqual(arns(facts()));
    expect(valueOr(withEscapes(facts()).snapshot.roles, [])).toHaveLength(valueOr(facts().snapshot.roles, []).length);
  });
});
