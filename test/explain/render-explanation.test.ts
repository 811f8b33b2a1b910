import { describe, expect, test } from '@jest/globals';
import type { DecidedCause } from '../../lib/explain/decide-causes.ts';
import { explainMessage, knownMessages } from '../../lib/explain/explain-message.ts';
import { renderFinding, renderMessage, renderRule } from '../../lib/explain/render-explanation.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { catalog, ruleById } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';

const style = { colour: false, width: 100 };
const linesOf = (text: string): readonly string[] => renderMessage(explainMessage(text), ruleById, style).split('\n');

describe('a message on the terminal', () => {
  test('what it says, the causes in order, each with the rules that decide it and what healthy is', () => {
    const lines = linesOf('InvalidIdentityToken: Incorrect token audience');
    expect(lines).toContain('The audience of the token is not in the client ID list of the OIDC provider.');
    expect(lines.findIndex(line => line.startsWith('  1. '))).toBeLessThan(
      lines.findIndex(line => line.startsWith('  2. ')),
    );
    expect(lines).toContain('       provider-audience-missing  Providers accept the audience sts.amazonaws.com');
  });

  test('the rules of the first three causes have their titles, those of the others their names alone', () => {
    const lines = linesOf('Unable to locate credentials');
    const fourth = lines.findIndex(line => line.startsWith('  4. '));
    const titled = ({ id, title }: { readonly id: string; readonly title: string }): string => `       ${id}  ${title}`;
    const titles = catalog.map(titled);
    expect(lines.slice(0, fourth).some(line => titles.includes(line))).toBe(true);
    expect(lines.slice(fourth).some(line => titles.includes(line))).toBe(false);
    expect(lines.slice(fourth).some(line => line.startsWith('       Rules: '))).toBe(true);
  });

  test('a space stands behind each number, of two digits too', () => {
    const numbers = linesOf('IRSA does not work, the pod uses the wrong role').filter(line => /^ {2}\d+\./.test(line));
    expect(numbers.length).toBeGreaterThan(9);
    expect(numbers.filter(line => !/^ {2}\d+\. \S/.test(line))).toEqual([]);
  });

  test('what may pass by itself is said to', () => {
    const passing = 'It can pass by itself. Look further only if it stays.';
    expect(linesOf('Throttling: Rate exceeded')).toContain(passing);
    expect(linesOf('InvalidIdentityToken: Incorrect token audience')).not.toContain(passing);
  });

  test('what is not certain is said to be so', () => {
    expect(linesOf('IDPRejectedClaim').some(line => line.startsWith('Not certain:'))).toBe(false);
    expect(linesOf('AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity')).toContain(
      'Not certain: Whether a role that does not exist gives the same text is not documented.',
    );
  });

  test('what another service says comes after what STS says; the names in the text are repeated', () => {
    const lines = linesOf(
      'Token is not from a supported provider of this identity pool; Incorrect token audience at https://sts.eu-central-1.amazonaws.com/',
    );
    expect(lines[0]).toBe('InvalidIdentityToken: Incorrect token audience');
    expect(lines).toContain('Also in the text: Token is not from a supported provider of this identity pool');
    expect(lines).toContain('In the text: region eu-central-1');
  });

  test('an unknown one is called unknown, and the nearest only the nearest', () => {
    const lines = linesOf('The audience of this token is incorrect');
    expect(lines.slice(0, 2)).toEqual([
      'This message is not known.',
      'The most similar known messages, which may be unrelated:',
    ]);
    expect(linesOf('Segmentation fault')).toContain('No known message of STS or of an AWS SDK about IRSA is similar.');
  });

  test('what can be asked for next stands out, where colours are wanted', () => {
    const lines = renderMessage(explainMessage('Incorrect token audience'), ruleById, { colour: true, width: 80 });
    expect(lines).toContain('\u001b[32mprovider-audience-missing\u001b[0m');
  });

  test('no example in it can be taken for a name of one’s own', () => {
    const named = knownMessages.filter(({ sample }) => /\d{12}|\b[a-z]{2}-[a-z]+-\d\b|EXAMPLE/.test(sample));
    expect(named.map(({ id, sample }) => [id, sample])).toEqual([]);
  });

  test('of several causes each says which rules or which sign tells it from the others', () => {
    const open = knownMessages.flatMap(({ id, causes }) =>
      causes
        .filter(({ rules, tell }) => causes.length > 1 && rules.length === 0 && tell === undefined)
        .map(({ text }) => [id, text]),
    );
    expect(open).toEqual([]);
  });

  test('every rule that a message names exists', () => {
    const named = knownMessages.flatMap(({ causes }) => causes.flatMap(({ rules }) => rules));
    expect(named.filter(id => ruleById(id) === undefined)).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
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
  const cause = { text: 'A cause.', rules: [] };
  const [one] = evaluate(someFacts({ roles: complete([aRole({ trustPolicy: '{' })]) }), { rules: catalog }).findings;
  if (one === undefined) throw new Error('no finding');
  const nothing = { cause, findings: [], missing: [] };
  const lines = renderMessage(explanation, ruleById, style, [
    { ...nothing, state: 'found', findings: [one, { ...one, id: 'abcdefghij' }] },
    { ...nothing, state: 'fits', because: 'no node answers' },
    { ...nothing, state: 'undecided', missing: ['roles: not read', 'a\u001bb: not read'] },
    { ...nothing, state: 'absent' },
    { ...nothing, state: 'not-audited', cause: { ...cause, tell: 'by env', seen: ['a sign', 'another'] } },
  ]).split('\n');
  expect(lines.slice(lines.indexOf('Check these, in this order') + 1, -1)).toEqual([
    '  1. A cause.',
    `       Here: found, finding ${one.id.slice(0, 8)}, finding abcdefgh.`,
    '  2. A cause.',
    '       Here: it fits: no node answers.',
    '  3. A cause.',
    '       Here: not decided: roles: not read; a\\u{1b}b: not read.',
    '  4. A cause.',
    '       Here: no sign of it.',
    '  5. A cause.',
    '       In the text: a sign.',
    '       In the text: another.',
    '       To tell: by env',
  ]);
});

test.each<readonly [states: readonly DecidedCause['state'][], isOpen: boolean]>([
  [['found'], false],
  [['fits'], false],
  [['absent', 'fits'], false],
  [['absent', 'found'], false],
  [['fits', 'undecided'], false],
  [['undecided'], true],
  [['absent'], true],
  [['not-audited'], true],
  [['absent', 'undecided', 'not-audited'], true],
])('with the causes %j the text is said to decide for none: %s', (states, isOpen) => {
  const explanation = explainMessage('Unable to locate credentials');
  const causes = states.map(state => ({
    cause: { text: 'A.', rules: [] },
    state,
    findings: [],
    missing: [],
    because: 'b',
  }));
  const text = renderMessage(explanation, ruleById, style, causes);
  expect(/\d+ causes fit, and the text decides for none\./.test(text)).toBe(isOpen);
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
