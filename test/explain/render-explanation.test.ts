import { describe, expect, test } from '@jest/globals';
import type { Cause } from '../../lib/explain/causes/catalogue.ts';
import type { DecidedCause } from '../../lib/explain/decide-causes.ts';
import { explainMessage } from '../../lib/explain/explain-message.ts';
import { knownMessages } from '../../lib/explain/messages/known-messages.ts';
import { renderFinding, renderMessage, renderRule } from '../../lib/explain/render-explanation.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { catalog, ruleById } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';

const style = { colour: false, width: 100 };
const linesOf = (text: string): readonly string[] => renderMessage(explainMessage(text), { style }).split('\n');

describe('a message on the terminal', () => {
  test('first how to decide, then what it says, then the likeliest causes with their share', () => {
    const lines = linesOf('InvalidIdentityToken: Incorrect token audience');
    expect(lines[0]).toBe('To decide: irsa-auditor why pod/NAME -n NAMESPACE');
    expect(lines).toContain('The audience of the token is not in the client ID list of the OIDC provider.');
    expect(lines.filter(line => /^ {2}\d\. \d of 10 such reports: /.test(line)).length).toBeGreaterThan(0);
  });

  test('the command has the names of the text', () => {
    expect(linesOf('Unable to locate credentials in pod/cart-7d9f6c5b8-x2x4z -n checkout')[0]).toBe(
      'To decide: irsa-auditor why pod/cart-7d9f6c5b8-x2x4z -n checkout',
    );
    expect(linesOf('Unable to locate credentials, system:serviceaccount:checkout:cart')[0]).toBe(
      'To decide: irsa-auditor why sa/cart -n checkout',
    );
  });

  test.each(knownMessages.map(({ id, sample }) => [id, sample] as const))(
    '%s has a screen of 25 lines',
    (_, sample) => {
      const lines = renderMessage(explainMessage(sample), { style: { colour: false, width: 80 } })
        .trimEnd()
        .split('\n');
      expect(lines.length).toBeLessThanOrEqual(25);
    },
  );

  test('--all has more causes, each with its rules', () => {
    const explanation = explainMessage('AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity');
    const text = renderMessage(explanation, { style, all: true });
    expect(text).toMatch(/^ {2}10\. /m);
    expect(text).toContain('     Rules');
  });

  test('a text that is not known has no share: no report is like it', () => {
    const text = linesOf('crash of aws pod').join('\n');
    expect(text).toContain('This message is not known.');
    expect(text).toContain('  1. ');
    expect(text).not.toContain('of 10 such reports');
  });

  test('what may pass by itself is said to', () => {
    const transient = 'It can pass by itself. Look further only if it stays.';
    expect(linesOf('Throttling: Rate exceeded')).toContain(transient);
    expect(linesOf('Incorrect token audience')).not.toContain(transient);
  });

  test('what is not about a pod says where to look', () => {
    const lines = linesOf('AADSTS70021: No matching federated identity record found');
    expect(lines).toContain('This is not about the role of a pod on EKS.');
    expect(lines.join('\n')).toContain('  Look at  ');
  });

  test('an unknown one is called unknown, and the nearest causes only the nearest', () => {
    const none = linesOf('Segmentation fault').join('\n');
    expect(none).toContain('is not known: no error of AWS, of an SDK or of Kubernetes is in it.\n');
    expect(none).not.toContain('nearest');
    const lines = linesOf('crash of aws pod');
    expect(lines).toContain('This message is not known.');
    expect(lines).toContain('Not known. The nearest causes of other reports');
  });

  test('no example in it can be taken for a name of one’s own', () => {
    const texts = knownMessages.map(({ sample }) => sample);
    expect(texts.filter(text => /arn:aws:[a-z]+::\d{12}/.test(text))).toEqual([]);
  });
});

describe('a rule on the terminal', () => {
  const textOf = (id: string): string => {
    const rule = ruleById(id);
    return rule ? renderRule(rule, style) : '';
  };
  test('says what is healthy, what it reads and where it stands in the article', () => {
    const text = textOf('webhook-missing');
    expect(text).toContain('Healthy   The cluster has the pod identity webhook');
    expect(text).toContain('Step      webhook-configuration of the AWS article on IRSA errors');
    expect(text).toMatch(/^ {2}CRITICAL|^ CRITICAL/);
  });
  test('one that stands in no step and needs nothing more says only that', () => {
    const text = textOf('cluster-unauditable');
    expect(text).toContain('Reads     clusters only');
    expect(text).not.toMatch(/^Step/m);
  });
  test.each(catalog.map(rule => [rule.id, rule] as const))('%s has no hole in it', (_, rule) => {
    expect(renderRule(rule, style)).not.toMatch(/undefined|\[object|NaN/);
  });
});

describe('a finding on the terminal', () => {
  const facts = someFacts({
    clusters: complete([aReadCluster()]),
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:*' }) })]),
  });
  const found = evaluate(facts, { rules: catalog }).findings;
  const star = found.find(({ ruleId }) => ruleId === 'trust-subject-literal-wildcard');
  const text = (over: Partial<Finding> = {}): string => (star ? renderFinding({ ...star, ...over }, style) : '');

  test('everything that is known of it, and what it explains', () => {
    expect(text()).toContain('pod says  AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity');
    expect(text()).toMatch(/^ {2}seen {6}StringEquals .*:\n {12}system:serviceaccount:checkout:\*$/m);
    expect(text()).toMatch(/^ {2}wanted {4}an exact name, or StringLike$/m);
    expect(text()).toMatch(/^ {12}read from trust policy of /m);
    expect(text()).toMatch(/^ +service-account-role-not-trusting: role checkout-cart does not trust /m);
    expect(text()).not.toContain('waived');
  });
  test('without what it lacks', () => {
    const { podError: _none, ...rest } = star ?? { podError: '' };
    const silent = renderFinding(
      { ...rest, explains: [], evidence: [{ what: 'a', got: 'b', readFrom: 'c' }] } as Finding,
      style,
    );
    expect(silent).not.toMatch(/pod says|also|wanted/);
  });
  test('who waived it, until when and why', () => {
    const waiver = { rule: 'x', subject: '*', reason: 'known', owner: 'team-a', expires: '2027-01-01' };
    expect(text({ waiver })).toContain('  waived    until 2027-01-01 by team-a: known');
  });
});

/** Every form of an answer: causes with rules, with signs, many of them, what passes, what is not certain, several messages. */
const asked = [
  'InvalidIdentityToken: Incorrect token audience',
  'Unable to locate credentials, intermittently, in a job that cron starts',
  'IRSA does not work, the pod uses the wrong role',
  'Throttling: Rate exceeded',
  'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  'Token is not from a supported provider of this identity pool; Incorrect token audience at https://sts.eu-central-1.amazonaws.com/',
  "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
  'The audience of this token is incorrect',
  'Segmentation fault',
];
test('all that a person reads of an answer in each of its forms', () =>
  golden('explain/rendered.txt', asked.map(text => `# ${text}\n${linesOf(text).join('\n')}\n`).join('')));

test('below each cause stands what was read about it', () => {
  const explanation = explainMessage('InvalidIdentityToken: Incorrect token audience');
  const cause: Cause = { id: 'proxy', says: 'A cause.', fix: 'A fix.' };
  const [one] = evaluate(someFacts({ roles: complete([aRole({ trustPolicy: '{' })]) }), { rules: catalog }).findings;
  if (one === undefined) throw new Error('no finding');
  const nothing = { cause, findings: [], missing: [] };
  const shown = (...decided: readonly DecidedCause[]): readonly string[] => {
    const lines = renderMessage(explanation, { style, all: true, decided }).split('\n');
    return lines.filter(line => line.startsWith('     Here'));
  };
  expect(
    shown(
      { ...nothing, state: 'found', findings: [one, { ...one, id: 'abcdefghij' }] },
      { ...nothing, state: 'fits', because: 'no node answers' },
      { ...nothing, state: 'undecided', missing: ['roles: not read', 'a\u001bb: not read'] },
      { ...nothing, state: 'absent' },
      { ...nothing, state: 'not-audited' },
    ),
  ).toEqual([
    `     Here  found, finding ${one.id.slice(0, 8)}, finding abcdefgh`,
    '     Here  it fits: no node answers',
    '     Here  not decided: roles: not read; a\\u{1b}b: not read',
    '     Here  no sign of it',
  ]);
});

test('the subject, the id and what a pod says of a finding stand in one column', () => {
  const [one] = evaluate(someFacts({ roles: complete([aRole({ trustPolicy: '{' })]) }), { rules: catalog }).findings;
  if (one === undefined) throw new Error('no finding');
  const lines = renderFinding({ ...one, podError: 'AccessDenied' }, style).split('\n');
  expect(lines.slice(lines.findIndex(line => line.startsWith('  subject'))).slice(0, 3)).toEqual([
    `  subject   ${one.subject}`,
    `  id        ${one.id}`,
    '  pod says  AccessDenied',
  ]);
});
