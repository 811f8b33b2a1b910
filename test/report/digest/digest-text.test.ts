import { describe, expect, test } from '@jest/globals';
import { nothingKnown } from '../../../lib/history/known-state.ts';
import { reconcile } from '../../../lib/history/reconcile.ts';
import { showAll } from '../../../lib/report/digest/digest-lines.ts';
import { digestText } from '../../../lib/report/digest/digest-text.ts';
import { aDigest, aFactChange, openedOf } from '../../support/digest-builders.ts';
import { aFinding, aKnown, anEvaluation, aRoleFinding, aRun, foldedOf } from '../../support/drift-builders.ts';
import { fc } from '../../support/properties.ts';

const many = (count: number) => Array.from({ length: count }, (_, n) => aRoleFinding(`role-${n}`));
const resolve = (count: number) =>
  reconcile({ ...nothingKnown, findings: many(count).map(finding => aKnown({ finding })) }, anEvaluation({}), aRun(2))
    .transitions;

describe('the digest as an email', () => {
  test('every finding has its line as long as there is room, and no line of its own says that one is left', () => {
    /** Findings that are told, and the number that is left to a command. */
    const toldOf = (count: number) => {
      const { body } = digestText(aDigest(openedOf(many(count))));
      return [new Set(body.match(/\brole role-\d+/g)).size, Number(/And (\d+) more:/.exec(body)?.[1] ?? 0)] as const;
    };
    const counts = Array.from({ length: 60 }, (_, at) => at + 1);
    const told = counts.map(toldOf);
    expect(told.map(([shown, left]) => shown + left)).toEqual(counts);
    const most = Math.max(...told.filter(([, left]) => left === 0).map(([shown]) => shown));
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThan(60);
    // A line that says how many are left takes the place of one of them.
    expect(told.slice(most)).toEqual(counts.slice(most).map(count => [most - 1, count - most + 1]));
  });

  test('names the table and its region in every command, each on one line', () => {
    const links = { table: 'irsa-auditor-Table1', region: 'eu-west-1' };
    const findings = ['a', 'b', 'c', 'd'].map(discriminator =>
      aFinding({ discriminator, id: discriminator.repeat(32) }),
    );
    const digest = aDigest(openedOf(findings), [], { links });
    const { body } = digestText(digest);
    const commands = body.split('\n').filter(line => line.includes('irsa-auditor findings'));
    expect(commands).toHaveLength(3);
    for (const command of commands)
      expect(command).toMatch(/findings show [a-d]+ --table irsa-auditor-Table1 --region eu-west-1$/);
    expect(showAll(digest)).toBe(
      'irsa-auditor findings list --status open --table irsa-auditor-Table1 --region eu-west-1',
    );
  });

  test('says what is worst and where in the subject, and why, what to choose, what to do and where the rest is', () => {
    const finding = aFinding({ fix: { ...aFinding().fix, choice: 'which service account is meant' } });
    expect(digestText(aDigest(openedOf([finding]), [aFactChange()], { gaps: 1 }))).toEqual({
      subject: '[high] irsa-auditor: shop: role checkout-cart: trust-any-subject (1 new, 1 setting changed)',
      body: `IRSA audit: 1 new, 1 setting changed. Open now: 1 critical, 2 high.
Not everything could be read: 1 gap in coverage.

HIGH  shop (eu-west-1, 111122223333): role checkout-cart: trust-any-subject (new)
  Cause: Every service account of the cluster shop may assume the role checkout-cart.
  Choose first: which service account is meant
  Fix: Name the service account.
  More: irsa-auditor findings show ${finding.id.slice(0, 8)}
  Without credentials: irsa-auditor explain trust-any-subject

Changed: make sure that it was meant.
- audiences of provider oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F, account 111122223333: sts.amazonaws.com → (empty)

Run run-1 of 2026-11-01T06:00:00.000Z.
`,
    });
  });

  test('tells three root causes whole, others with one line while there is room, and counts the rest by cluster', () => {
    const findings = Array.from({ length: 500 }, (_, n) =>
      aRoleFinding(`role-${n}`, { clusterName: `cluster-${n % 40}`, clusterArn: `arn:aws:eks:x:1:cluster/${n % 40}` }),
    );
    const { subject, body } = digestText(aDigest(openedOf(findings)));
    expect(subject).toMatch(/^\[high\] irsa-auditor: cluster-.*; \d+ more \(500 new\)$/);
    expect(body.match(/^HIGH {2}/gm)).toHaveLength(3);
    const others = body.match(/^- HIGH/gm)?.length ?? 0;
    expect(others).toBeGreaterThanOrEqual(5);
    expect(body).toContain(
      `And ${500 - 3 - others} more: irsa-auditor findings list --changed-since 2026-11-01T06:00:00.000Z`,
    );
    expect(body).toMatch(/^By place: cluster-\d+ 1[23] \(1[23] high\), .* and 32 more places\.$/m);
    expect(body.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });

  test('of two clusters with one name says which', () => {
    const inRegion = (region: string) =>
      aRoleFinding(region, {
        region,
        clusterName: 'shop',
        clusterArn: `arn:aws:eks:${region}:111122223333:cluster/shop`,
      });
    const { body } = digestText(aDigest(openedOf([inRegion('eu-west-1'), inRegion('us-east-1')])));
    for (const region of ['eu-west-1', 'us-east-1'])
      expect(body).toContain(`HIGH  shop (${region}, 111122223333): role ${region}`);
  });

  test('calls the place of a finding without a cluster by its account', () => {
    const { clusterName: _name, clusterArn: _arn, ...finding } = aFinding();
    const { subject, body } = digestText(aDigest(openedOf([finding])));
    expect(subject).toBe('[high] irsa-auditor: account 111122223333: role checkout-cart: trust-any-subject (1 new)');
    expect(body).toContain('HIGH  account 111122223333 (eu-west-1): role checkout-cart');
  });

  test('says how severe an escalated one was', () => {
    const known = { ...nothingKnown, findings: [aKnown()] };
    const { transitions } = reconcile(known, anEvaluation({ findings: [aFinding({ severity: 'critical' })] }), aRun(2));
    expect(digestText(aDigest(transitions)).body).toMatch(/^CRITICAL .*\(worse, was high\)$/m);
  });

  test('tells an explained one apart from what was resolved: it fails as before', () => {
    const [effect, over] = [aRoleFinding('effect'), aRoleFinding('over')];
    const known = { ...nothingKnown, findings: [effect, over].map(finding => aKnown({ finding })) };
    const cause = aRoleFinding('cause', { explains: [foldedOf(effect)] });
    const { transitions } = reconcile(known, anEvaluation({ findings: [cause] }), aRun(2));
    const { subject, body } = digestText(aDigest(transitions));
    expect(subject).toMatch(/\(1 new, 1 explained, 1 resolved\)$/);
    expect(body).toMatch(/^Fails as before, and is told with its cause from now on:\n- .*effect.*\(explained by /m);
    expect(body).toMatch(/^Resolved:\n- .*over/m);
  });

  test.each([
    ['CRITICAL', 'critical'],
    ['LOW', 'low'],
  ] as const)('says how severe a reassessed one was that is %s now', (word, severity) => {
    const finding = aFinding({ severity });
    const judgedWithout = [{ accountId: finding.accountId, section: 'role-detail' }] as const;
    const known = { ...nothingKnown, findings: [aKnown({ judgedWithout })] };
    const { transitions } = reconcile(known, anEvaluation({ findings: [finding] }), aRun(2));
    expect(digestText(aDigest(transitions)).body).toMatch(new RegExp(`^${word} .*\\(reassessed, was high\\)$`, 'm'));
  });

  test('lists what was resolved, with the reason, and no severity in the subject', () => {
    const none = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    const { subject, body } = digestText(aDigest(resolve(25), [], { openBySeverity: none }));
    expect(subject).toMatch(/^irsa-auditor: 25 resolved: shop: role role-0: trust-any-subject; \d+ more$/);
    expect(body).toContain('25 resolved. Nothing is open now.');
    expect(body.match(/^- shop .*: trust-any-subject \(gone\)$/gm)).toHaveLength(5);
    expect(body).toContain('And 20 more.');
    expect(body).not.toMatch(/Fix:|Choose first/);
  });

  test('a finding that is waived is one line among those that are no longer open', () => {
    const waiver = { reason: 'moves in May', owner: 'platform', expires: '2027-05-31' };
    const waived = anEvaluation({ findings: [aFinding({ waiver })] });
    const { transitions } = reconcile({ ...nothingKnown, findings: [aKnown()] }, waived, aRun(2));
    const { subject, body } = digestText(aDigest([...transitions, ...resolve(1)]));
    expect(subject).toContain('1 resolved, 1 waived');
    expect(body).toContain('No longer open:');
    expect(body.match(/waived until 2027-05-31 by platform: moves in May/g)).toHaveLength(1);
    expect(body).not.toMatch(/Fix:|Choose first/);
  });

  test('of a policy that changed shows the conditions that are others now, policies before other facts', () => {
    const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
    const policy = (operator: string, subject: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
          {
            Effect: 'Allow',
            Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
            Condition: {
              StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
              [operator]: { [`${issuer}:sub`]: subject },
            },
          },
        ],
      });
    const fact = aFactChange({
      kind: 'role-trust-policy',
      subject: 'arn:aws:iam::111122223333:role/cart',
      before: policy('StringLike', 'system:serviceaccount:checkout:cart'),
      after: policy('StringLike', 'system:serviceaccount:checkout:*'),
    });
    const { subject, body } = digestText(aDigest([], [aFactChange(), fact]));
    expect(subject).toContain('irsa-auditor: 2 settings changed: ');
    expect(body).toContain(`Changed: make sure that it was meant.
- trust policy of role cart, account 111122223333:
    - StringLike sub = system:serviceaccount:checkout:cart
    + StringLike sub = system:serviceaccount:checkout:*
- audiences of provider`);
  });

  test.each<readonly [what: string, before: string, after: string, shown: RegExp]>([
    [
      'keys of another issuer keep it',
      '{"Statement":{"Condition":{"StringEquals":{"a.example/id/1:sub":"x"}}}}',
      '{"Statement":{"Condition":{"StringEquals":{"b.example/id/2:sub":"x"}}}}',
      / {4}- StringEquals a\.example\/id\/1:sub = x\n {4}\+ StringEquals b\.example\/id\/2:sub = x/,
    ],
    [
      'an order that changed shows the text',
      `{"Statement":[{"Sid":"${'a'.repeat(90)}"},{"Sid":"b"}]}`,
      `{"Statement":[{"Sid":"b"},{"Sid":"${'a'.repeat(90)}"}]}`,
      / {4}- .*a"\},\{"Sid":"b"\}\]\}\n {4}\+ \{"Statement":\[\{"Sid":"b"/,
    ],
    ['a text that is no JSON is shown', 'x'.repeat(200), 'y'.repeat(200), / {4}- x{200}\n {4}\+ y{200}/],
    [
      'a statement that was removed is shown',
      '{"Statement":[{"Sid":"a","Effect":"Deny","Principal":{"Federated":"some"}},{"Sid":"b","Effect":"Allow"}]}',
      '{"Statement":[{"Sid":"b","Effect":"Allow"}]}',
      / {4}- Sid = a\n {4}- Effect = Deny\n {4}- Principal Federated = some/,
    ],
  ])('of a changed document %s', (_, before, after, shown) => {
    expect(digestText(aDigest([], [aFactChange({ kind: 'role-trust-policy', before, after })])).body).toMatch(shown);
  });

  test('shows facts that appeared and are gone, cut to a few', () => {
    const { before: _before, ...appeared } = aFactChange({ after: 'x'.repeat(1000) });
    const { after: _after, ...gone } = aFactChange({ subject: 'gone' });
    const others = Array.from({ length: 9 }, (_, n) => aFactChange({ subject: `s${n}` }));
    const { subject, body } = digestText(aDigest([], [appeared, gone, ...others], { gaps: 3 }));
    expect(subject).toMatch(/^irsa-auditor: 11 settings changed: audiences of provider .*; \d+ more$/);
    expect(body).toContain('- (not there)');
    expect(body).toContain('audiences of provider gone, account 111122223333: sts.amazonaws.com → (gone)');
    expect(body).toContain('And 6 more.');
    expect(body).toContain('3 gaps in coverage');
    expect(body).not.toContain('x'.repeat(301));
  });

  test('a digest in which nothing is left says so', () => {
    const empty = { ...aDigest(openedOf([aFinding()])), transitions: [] };
    expect(digestText(empty).subject).toBe('irsa-auditor: nothing changed');
    expect(digestText(empty).body).toContain('IRSA audit: nothing changed. Open now: 1 critical, 2 high.');
  });

  test('has the links that it is given', () => {
    const links = { console: 'https://console.example/x', report: 'https://report.example/y' };
    const { body } = digestText(aDigest(openedOf([aFinding()]), [], { links }));
    expect(body).toMatch(
      /^IRSA audit: .*\nReport: https:\/\/report\.example\/y\nConsole: https:\/\/console\.example\/x\n\n/,
    );
    expect(body).not.toContain('#finding');
  });

  test('links each root cause to its place in the report, where the link is to the page', () => {
    const links = { report: 'https://report.example/y.html' };
    const finding = aFinding();
    expect(digestText(aDigest(openedOf([finding]), [], { links })).body).toContain(
      `  https://report.example/y.html#finding=${finding.id}\n  More: irsa-auditor findings show ${finding.id.slice(0, 8)}`,
    );
  });

  test('shows a short command whole, where nothing must be chosen before it', () => {
    const command = 'aws iam update-assume-role-policy --role-name checkout-cart --policy-document file://trust.json';
    const finding = aFinding({ fix: { summary: 'Do.', commands: [command] } });
    expect(digestText(aDigest(openedOf([finding]))).body).toContain(`    ${command}\n`);
  });

  test.each<readonly [what: string, commands: readonly string[]]>([
    ['that is too long', [`aws iam x --policy '${'y'.repeat(120)}'`]],
    ['of several', ['aws iam yyy', 'kubectl yyy']],
    ['of several lines', ['aws iam \\\n yyy']],
  ])('shows no command %s, and how to see it', (_, commands) => {
    const { body } = digestText(aDigest(openedOf([aFinding({ fix: { summary: 'Do.', commands } })])));
    expect(body).toMatch(/^ {2}More: irsa-auditor findings show [0-9a-f]{8}$/m);
    expect(body).not.toContain('yyy');
  });

  test('whatever the names: one printable line each, subject in ASCII, never a bare npx', () => {
    const hostile = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, (message, clusterName, name, command) => {
        const finding = (n: number) =>
          aFinding({
            id: String(n).padStart(32, '0'),
            message,
            clusterName: `${clusterName}${n}`,
            roleArn: `arn:aws:iam::111122223333:role/${name}`,
            fix: { summary: message, commands: [command], choice: message },
          });
        const five = [1, 2, 3, 4, 5].map(finding);
        const { subject, body } = digestText(aDigest(openedOf(five), [aFactChange({ subject: clusterName })]));
        expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
        expect(subject).toContain('5 new, 1 setting changed');
        expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|npx irsa/u);
        expect(body.match(/^HIGH {2}/gm)).toHaveLength(3);
        expect(body.match(/^- HIGH/gm)).toHaveLength(2);
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
