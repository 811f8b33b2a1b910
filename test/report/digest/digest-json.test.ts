import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { withChangeEvents } from '../../../lib/history/change-event.ts';
import { nothingKnown } from '../../../lib/history/known-state.ts';
import { reconcile } from '../../../lib/history/reconcile.ts';
import { digestJson, digestThatFits } from '../../../lib/report/digest/digest-json.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aDigest, aFactChange, openedOf, someCoverage } from '../../support/digest-builders.ts';
import { aChangeEvent, aFinding, aKnown, anEvaluation, aRoleFinding, aRun } from '../../support/drift-builders.ts';
import { examplesOf } from '../../support/rule-examples.ts';

const ajv = new Ajv2020({ allErrors: true });
formats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync('docs/schema/digest.json', 'utf8')));
const valid = (document: unknown) => {
  validate(JSON.parse(JSON.stringify(document)));
  return validate.errors ?? [];
};

const full = aFinding({
  articleStep: 'role-trust-policy',
  podError: 'AccessDenied',
  clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/shop',
  namespace: 'checkout',
  serviceAccount: 'cart',
  providerArn: 'arn:aws:iam::111122223333:oidc-provider/x',
  issuer: 'https://x',
  fix: { summary: 's', commands: ['c'], choice: 'w', terraform: 't', cdk: 'd' },
});

describe('the digest as a document', () => {
  test('is of the published schema, with every field in use', () => {
    const { before: _before, ...appeared } = aFactChange();
    const moves = {
      transitions: openedOf([full]),
      factChanges: [aFactChange(), { ...appeared, subject: full.subject }],
    };
    const told = withChangeEvents(moves, [
      aChangeEvent(),
      aChangeEvent({ thing: { kind: 'provider', hostPath: 'x' } }),
      aChangeEvent({ thing: { kind: 'cluster', region: 'eu-west-1', name: 'shop' } }),
    ]);
    expect(told.transitions[0]?.changedBy).toHaveLength(3);
    const digest = aDigest(told.transitions, told.factChanges, { links: { console: 'a', report: 'b' } });
    expect(valid(digestJson(digest))).toEqual([]);
    const known = { ...nothingKnown, findings: [aKnown({ finding: full })] };
    for (const found of [anEvaluation({}), anEvaluation({ findings: [{ ...full, severity: 'critical' }] })])
      expect(valid(digestJson(aDigest(reconcile(known, found, aRun(2)).transitions)))).toEqual([]);
  });

  test('of what the catalogue finds it is of the published schema', () => {
    for (const rule of catalog) {
      const { findings } = evaluate(examplesOf(rule).fail.facts(), { rules: catalog });
      expect([rule.id, valid(digestJson(aDigest(openedOf(findings))))]).toEqual([rule.id, []]);
    }
  });

  test('with what moved in coverage it is of the published schema, and the first of it fit', () => {
    const digest = aDigest([], [], { coverage: someCoverage(7), notes: ['n'] });
    expect(valid(digestJson(digest))).toEqual([]);
    const document = digestThatFits(digest, each => (each.coverage?.notices.length ?? 0) <= 2);
    expect(document.coverage).toMatchObject({ beyond: 5, notices: [{ kind: 'fell' }, { kind: 'fell' }] });
    expect(valid(document)).toEqual([]);
  });

  test('the schema refuses what is not a digest', () => {
    expect(valid({})).not.toEqual([]);
    const document = digestJson(aDigest(openedOf([full])));
    expect(valid({ ...document, digestId: 'x' })).not.toEqual([]);
    expect(valid({ ...document, extra: 1 })).not.toEqual([]);
    expect(valid({ ...document, transitions: [{ ...document.transitions[0], kind: 'unconfirmed' }] })).not.toEqual([]);
  });

  test('carries the finding flat, with its former severity', () => {
    const known = { ...nothingKnown, findings: [aKnown()] };
    const { transitions } = reconcile(known, anEvaluation({ findings: [aFinding({ severity: 'critical' })] }), aRun(2));
    expect(digestJson(aDigest(transitions)).transitions[0]).toMatchObject({
      findingId: aFinding().id,
      kind: 'escalated',
      severity: 'critical',
      previousSeverity: 'high',
      status: 'open',
      accountId: '111122223333',
    });
  });

  test('is cut to what fits, worst first, and counts the rest', () => {
    const findings = Array.from({ length: 300 }, (_, n) =>
      aRoleFinding(`r${n}`, { severity: n === 299 ? 'critical' : 'low' }),
    );
    const digest = aDigest(openedOf(findings), [aFactChange()]);
    const size = (document: unknown) => JSON.stringify(document).length;
    const cut = digestThatFits(digest, document => size(document) <= 20_000);
    expect(size(cut)).toBeLessThanOrEqual(20_000);
    expect(size(digestJson(digest, cut.transitions.length + 1))).toBeGreaterThan(20_000);
    expect(cut.transitions[0]?.severity).toBe('critical');
    expect(cut.omitted.transitions).toBe(300 - cut.transitions.length);
    expect(valid(cut)).toEqual([]);
    expect(digestThatFits(digest, () => true).omitted).toEqual({ transitions: 0, factChanges: 0 });
    expect(digestThatFits(digest, document => document.transitions.length === 0).omitted).toEqual({
      transitions: 300,
      factChanges: 1,
    });
  });

  test('of the weekly summary says what is open, worst first, and counts what does not fit', () => {
    const findings = Array.from({ length: 40 }, (_, n) => aKnown({ finding: aRoleFinding(`r${n}`) }));
    const stillOpen = { findings, beyond: 3 };
    const weekly = { ...aDigest(openedOf([full])), id: 'weekly-20261123T060000000Z', transitions: [], stillOpen };
    const whole = digestJson(weekly);
    expect(valid(whole)).toEqual([]);
    expect(whole.stillOpen?.beyond).toBe(3);
    expect(whole.stillOpen?.findings[0]).toMatchObject({
      findingId: aRoleFinding('r0').id,
      firstSeenAt: aKnown().firstSeenAt,
    });
    const cut = digestThatFits(weekly, document => (document.stillOpen?.findings.length ?? 0) <= 10);
    expect(cut.stillOpen?.findings).toHaveLength(10);
    expect(cut.stillOpen?.beyond).toBe(33);
    expect(valid(cut)).toEqual([]);
  });
});
