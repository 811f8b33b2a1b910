import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nothingKnown } from '../../../lib/core/drift/known-state.ts';
import { reconcile } from '../../../lib/core/drift/reconcile.ts';
import { digestText } from '../../../lib/core/report/digest-text.ts';
import { aDigest, aFactChange, openedOf } from '../../support/digest-builders.ts';
import { aFinding, aKnown, anEvaluation, aRoleFinding, aRun } from '../../support/drift-builders.ts';

const many = (count: number) => Array.from({ length: count }, (_, n) => aRoleFinding(`role-${n}`));
const resolve = (count: number) =>
  reconcile({ ...nothingKnown, findings: many(count).map(finding => aKnown({ finding })) }, anEvaluation({}), aRun(2))
    .transitions;

describe('the digest as an email', () => {
  test('says what happened, why, where, and what to paste', () => {
    const finding = aFinding({
      podError: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
      fix: { ...aFinding().fix, choice: 'which service account is meant' },
    });
    expect(digestText(aDigest(openedOf([finding]), [aFactChange()], { gaps: 1 }))).toEqual({
      subject: '[high] irsa-auditor: 1 new, 1 fact changed',
      body: `IRSA audit: 1 new, 1 fact changed.
Open now: 1 critical, 2 high.
Not everything could be read: 1 gap in coverage.

HIGH (new)
  Every service account of the cluster shop may assume the role
  checkout-cart.
  cluster shop, eu-west-1, account 111122223333
  The pod logs: AccessDenied: Not authorized to perform
  sts:AssumeRoleWithWebIdentity
  Fix: Name the service account.
  Choose first: which service account is meant
    aws iam update-assume-role-policy --role-name checkout-cart --policy-document file://trust.json
  irsa-auditor findings show ${finding.id}

Facts that changed:
- provider-audiences of
arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F
    was sts.amazonaws.com
    now (empty)

Run run-1 of 2026-11-01T06:00:00.000Z. Digest
${aDigest(openedOf([finding]), [aFactChange()]).id}: a repeat has the same number.
`,
    });
  });

  test('counts what it leaves out, and says how to see it', () => {
    const { subject, body } = digestText(aDigest(openedOf(many(40))));
    expect(subject).toBe('[high] irsa-auditor: 40 new');
    expect(body.match(/^HIGH \(new\)$/gm)).toHaveLength(8);
    expect(body.match(/^- high/gm)).toHaveLength(20);
    expect(body).toContain(
      'And 12 more. All of them:\n    irsa-auditor findings list --changed-since 2026-11-01T06:00:00.000Z',
    );
  });

  test('says how severe an escalated one was', () => {
    const known = { ...nothingKnown, findings: [aKnown()] };
    const { transitions } = reconcile(known, anEvaluation({ findings: [aFinding({ severity: 'critical' })] }), aRun(2));
    expect(digestText(aDigest(transitions)).body).toContain('CRITICAL (worse, was high)');
  });

  test('lists what was resolved, with the reason, and no severity in the subject', () => {
    const none = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    const { subject, body } = digestText(aDigest(resolve(25), [], { openBySeverity: none }));
    expect(subject).toBe('irsa-auditor: 25 resolved');
    expect(body).toContain('Nothing is open now.');
    expect(body).toContain('(gone)');
    expect(body.match(/^- trust-any-subject/gm)).toHaveLength(20);
    expect(body).toContain('And 5 more.');
  });

  test('of a long fact shows the part that changed', () => {
    const policy = (subject: string) => `{"Statement":[${'{"Effect":"Allow"},'.repeat(40)}{"sub":"${subject}"}]}`;
    const fact = aFactChange({ kind: 'role-trust-policy', before: policy('checkout:cart'), after: policy('*:*') });
    const { body } = digestText(aDigest([], [fact]));
    expect(body).toMatch(/^ {4}was ….*checkout:cart/m);
    expect(body).toMatch(/^ {4}now ….*\*:\*/m);
  });

  test('shows facts that appeared and are gone, cut to a few', () => {
    const { before: _before, ...appeared } = aFactChange({ after: 'x'.repeat(1000) });
    const { after: _after, ...gone } = aFactChange({ subject: 'gone' });
    const others = Array.from({ length: 9 }, (_, n) => aFactChange({ subject: `s${n}` }));
    const { subject, body } = digestText(aDigest([], [appeared, gone, ...others], { gaps: 3 }));
    expect(subject).toBe('irsa-auditor: 11 facts changed');
    expect(body).toContain('was (not there)');
    expect(body).toContain('now (gone)');
    expect(body).toContain('And 3 more.');
    expect(body).toContain('3 gaps in coverage');
    expect(body).not.toContain('x'.repeat(301));
  });

  test('has the links that it is given', () => {
    const links = { console: 'https://console.example/x', report: 'https://report.example/y' };
    const { body } = digestText(aDigest(openedOf([aFinding()]), [], { links }));
    expect(body).toContain('Report: https://report.example/y\nConsole: https://console.example/x');
  });

  test('never shows half of a long command', () => {
    const fix = { summary: 'Do.', commands: [`aws iam x --policy '${'y'.repeat(5000)}'`] };
    const { body } = digestText(aDigest(openedOf([aFinding({ fix })])));
    expect(body).toContain('(the command is long: see the finding)');
    expect(body).not.toContain('yyyy');
  });

  test('whatever the names: one printable line each, subject in ASCII, no line too long but for a word', () => {
    const hostile = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, (message, clusterName, podError, command) => {
        const finding = aFinding({ message, clusterName, podError, fix: { summary: message, commands: [command] } });
        const { subject, body } = digestText(aDigest(openedOf([finding]), [aFactChange({ subject: clusterName })]));
        expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
        expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        const lines = body.split('\n').filter(line => !line.startsWith('    '));
        for (const line of lines) expect(line.length <= 72 || !line.trim().replace(/^- /, '').includes(' ')).toBe(true);
      }),
    );
  });

  test('stays small whatever the number and length of findings', () => {
    const long = 'word '.repeat(2000);
    const findings = many(500).map(finding => ({
      ...finding,
      message: long,
      podError: long,
      fix: { summary: long, commands: [long, long, long, long] },
    }));
    expect(Buffer.byteLength(digestText(aDigest(openedOf(findings))).body)).toBeLessThan(64 * 1024);
  });
});
