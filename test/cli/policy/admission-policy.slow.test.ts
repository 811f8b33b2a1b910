import { describe, expect, test } from '@jest/globals';
import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import { marksChanged, validations, variables } from '../../../lib/cli/policy/admission-policy.ts';
import { isNearMissKey, nearMissPattern, roleArnKey } from '../../../lib/model/irsa-annotation.ts';
import { runCommand } from '../../support/captured-io.ts';
import { casesOf } from '../../support/sample.ts';
import { lintTexts } from '../lint/lint-texts.ts';

interface Account {
  readonly name?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

const environment = new Environment({ homogeneousAggregateLiterals: false })
  .registerVariable('object', 'dyn')
  .registerVariable('oldObject', 'dyn')
  .registerVariable('request', 'dyn')
  .registerVariable('variables', 'dyn');
const evaluate = (expression: string, context: Readonly<Record<string, unknown>>): unknown =>
  environment.parse(expression)({ object: null, oldObject: null, request: null, variables: null, ...context });

const objectOf = ({ name = 'cart', annotations, labels }: Account) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: 'shop', ...(annotations && { annotations }), ...(labels && { labels }) },
});

/** The rules that the policy refuses a service account by. */
const refusedBy = (account: Account): readonly string[] => {
  const object = objectOf(account);
  const known = Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, evaluate(text, { object })]));
  return validations.flatMap(({ rule, expression }) => {
    const verdict = evaluate(expression, { object, variables: known });
    expect([true, false]).toContain(verdict);
    return verdict === true ? [] : [rule.id];
  });
};

/** The rules of `lint` on the same object. */
const foundBy = async (account: Account): Promise<readonly string[]> => {
  const { findings } = await lintTexts({ 'a.yaml': stringify(objectOf(account)) });
  return findings.map(({ finding }) => finding.ruleId);
};

const role = 'arn:aws:iam::111122223333:role/cart';
const malformed = 'service-account-role-arn-malformed';
const mistyped = 'service-account-annotation-mistyped';
const onDefault = 'service-account-on-default';
const option = 'service-account-option-ignored';
const annotated = (value: string, more: Readonly<Record<string, string>> = {}): Account => ({
  annotations: { [roleArnKey]: value, ...more },
});

describe('the policy refuses what the rules find', () => {
  test.each<[string, Account, readonly string[]]>([
    ['no marks', {}, []],
    ['no annotations of IRSA', { annotations: { 'example.com/x': 'y' }, labels: { app: 'cart' } }, []],
    ['a role', annotated(role), []],
    ['a role with a path', annotated('arn:aws-cn:iam::111122223333:role/a/b/cart@x'), []],
    ['an empty role', annotated(''), [malformed]],
    ['a name', annotated('cart'), [malformed]],
    ['eleven digits', annotated('arn:aws:iam::11112222333:role/cart'), [malformed]],
    ['a region', annotated('arn:aws:iam:eu-west-1:111122223333:role/cart'), [malformed]],
    ['a user', annotated('arn:aws:iam::111122223333:user/cart'), [malformed]],
    ['white space', annotated(`${role} `), [malformed]],
    ['a line feed at the end', annotated(`${role}\n`), [malformed]],
    ['a name that is too long', annotated(`arn:aws:iam::111122223333:role/${'a'.repeat(65)}`), [malformed]],
    ['a path that is too long', annotated(`arn:aws:iam::111122223333:role/${'a'.repeat(2048)}/y`), [malformed]],
    ['an underscore in the key', { annotations: { 'eks.amazonaws.com/role_arn': role } }, [mistyped]],
    ['a prefix of another service', { annotations: { 'eks.amazon.com/role-arn': role } }, [mistyped]],
    ['upper case in the key', { annotations: { 'eks.amazonaws.com/Role-Arn': role } }, [mistyped]],
    ['a letter that is missing', { annotations: { 'eks.amazonaws.com/role-ar': role } }, [mistyped]],
    ['letters that are swapped', { annotations: { 'eks.amazonaws.com/role-anr': role } }, [mistyped]],
    ['a prefix with a wrong letter', { annotations: { 'eks.amazonows.com/role-arn': role } }, [mistyped]],
    ['no slash', { annotations: { 'eks.amazonaws.com.role-arn': role } }, [mistyped]],
    ['a label', { labels: { [roleArnKey]: role } }, [mistyped]],
    ['a mistyped key beside the right one', annotated(role, { 'eks.amazonaws.com/role_arn': role }), []],
    ['another key of EKS', { annotations: { 'eks.amazonaws.com/audience': 'x' } }, []],
    ['a role on default', { ...annotated(role), name: 'default' }, [onDefault]],
    ['default without a role', { name: 'default' }, []],
    ['the shortest expiration', annotated(role, { 'eks.amazonaws.com/token-expiration': '600' }), []],
    ['the longest expiration', annotated(role, { 'eks.amazonaws.com/token-expiration': '86400' }), []],
    ['a sign', annotated(role, { 'eks.amazonaws.com/token-expiration': '+3600' }), []],
    ['too short an expiration', annotated(role, { 'eks.amazonaws.com/token-expiration': '599' }), [option]],
    ['too long an expiration', annotated(role, { 'eks.amazonaws.com/token-expiration': '86401' }), [option]],
    ['a negative expiration', annotated(role, { 'eks.amazonaws.com/token-expiration': '-3600' }), [option]],
    ['an expiration with a unit', annotated(role, { 'eks.amazonaws.com/token-expiration': '1h' }), [option]],
    [
      'an expiration of many digits',
      annotated(role, { 'eks.amazonaws.com/token-expiration': '9'.repeat(30) }),
      [option],
    ],
    ['an expiration without a role', { annotations: { 'eks.amazonaws.com/token-expiration': '1h' } }, []],
    ['a boolean of Go', annotated(role, { 'eks.amazonaws.com/sts-regional-endpoints': 'T' }), []],
    ['no boolean', annotated(role, { 'eks.amazonaws.com/sts-regional-endpoints': 'yes' }), [option]],
    [
      'several faults',
      { ...annotated('x', { 'eks.amazonaws.com/token-expiration': '1h' }), name: 'default' },
      [malformed, onDefault, option],
    ],
  ])('%s', async (_, account, expected) => {
    expect(refusedBy(account)).toEqual(expected);
    expect([...(await foundBy(account))].sort()).toEqual([...expected].sort());
  });

  test('a key that the pattern matches is a near miss, and every key with one wrong character is matched', () => {
    const pattern = new RegExp(nearMissPattern);
    const character = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.');
    const edit = fc.tuple(fc.nat(roleArnKey.length - 1), fc.nat(1), fc.array(character, { maxLength: 2 }));
    const edited = (text: string, [at, taken, put]: readonly [number, number, readonly string[]]): string =>
      `${text.slice(0, at)}${put.join('')}${text.slice(at + taken)}`;
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 3 }), edits => {
        const key = edits.reduce(edited, roleArnKey);
        expect([key, pattern.test(key) && key !== roleArnKey && !isNearMissKey(key)]).toEqual([key, false]);
      }),
      { numRuns: casesOf(3000) },
    );
    const slash = roleArnKey.indexOf('/');
    for (let at = 0; at < roleArnKey.length; at += 1)
      if (at !== slash) expect(`${roleArnKey.slice(0, at)}${roleArnKey.slice(at + 1)}`).toMatch(pattern);
  });

  test('an object whose marks stay as they were is admitted', () => {
    const [old, other] = [objectOf(annotated('x')), objectOf(annotated('y'))];
    expect(evaluate(marksChanged, { object: old, oldObject: old })).toBe(false);
    expect(evaluate(marksChanged, { object: other, oldObject: old })).toBe(true);
    expect(evaluate(marksChanged, { object: objectOf({}), oldObject: objectOf({}) })).toBe(false);
    expect(evaluate(marksChanged, { object: objectOf({ labels: { a: 'b' } }), oldObject: objectOf({}) })).toBe(true);
  });
});

describe('the command', () => {
  test.each([
    ['deny', ['Deny', 'Audit']],
    ['warn', ['Warn', 'Audit']],
    ['audit', ['Audit']],
  ])('%s', async (action, expected) => {
    const { stdout, code } = await runCommand(['policy', 'admission', '--action', action, '--name', 'irsa']);
    const [policy, binding] = parseAllDocuments(stdout).map(document => document.toJS());
    expect(code).toBe(0);
    expect(policy).toMatchObject({ kind: 'ValidatingAdmissionPolicy', metadata: { name: 'irsa' } });
    expect(policy.spec.validations.map((one: { message: string }) => one.message.split(':')[0])).toEqual(
      validations.map(({ rule }) => rule.id),
    );
    expect(binding).toMatchObject({
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'irsa' },
      spec: { policyName: 'irsa', validationActions: expected },
    });
  });

  test('every text is within the limits of the API server, and on one line', async () => {
    const { stdout } = await runCommand(['policy', 'admission']);
    const [policy] = parseAllDocuments(stdout).map(document => document.toJS());
    const texts = [...policy.spec.validations, ...policy.spec.variables, ...policy.spec.matchConditions].flatMap(
      (one: Record<string, string>) => Object.values(one),
    );
    expect(texts.filter(text => text.includes('\n'))).toEqual([]);
    expect(Math.max(...policy.spec.validations.map((one: { message: string }) => one.message.length))).toBeLessThan(
      1024,
    );
  });

  test('a name that Kubernetes refuses is told', async () => {
    const { stderr, code } = await runCommand(['policy', 'admission', '--name', 'Irsa_1']);
    expect([code, stderr.trim()]).toEqual([
      2,
      'irsa-auditor: --name: got Irsa_1, wanted a name of Kubernetes: lower-case letters, digits, - and .',
    ]);
  });
});
