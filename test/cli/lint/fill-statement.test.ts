/** How a statement is read whose issuer, keys or values are placeholders: each form of a provider with each form of a key, and
 *  each form of a value. */
import { expect, test } from '@jest/globals';
import { fillStatement, mayMeanEks } from '../../../lib/cli/lint/fill-statement.ts';
import { parsePolicy } from '../../../lib/policy/parse/parse-policy.ts';
import type { Statement } from '../../../lib/policy/parse/policy.ts';
import { golden } from '../../support/golden.ts';

const host = 'oidc.eks.eu-west-1.amazonaws.com/id';
const issuer = `${host}/ABCDEF0123456789ABCDEF0123456789`;
const arn = (tail: string) => `arn:aws:iam::111122223333:oidc-provider/${tail}`;
const sub = 'system:serviceaccount:shop:cart';

const statementOf = (over: object): Statement => {
  const written = { Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', ...over };
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [written] }));
  const [statement] = parsed.ok ? parsed.policy.statements : [];
  if (statement === undefined) throw new Error('no statement');
  return statement;
};
const filledOf = (over: object): string => {
  const statement = statementOf(over);
  const filled = fillStatement(statement, { accountId: '111122223333', partition: 'aws', isAccountOpen: false });
  if (filled === undefined) return mayMeanEks(statement) ? 'not checked' : 'of others';
  const { principal, actions = [], conditions } = filled.statement;
  const entries =
    principal?.kind === 'typed' ? principal.entries.map(({ type, value }) => `${type} ${value.text}`) : [];
  const names = [...filled.names].map(([seen, written]) => `      ${seen} is ${written}`);
  return [
    filled.isAnyones ? 'an issuer of anyone' : 'an issuer of EKS, or none',
    ...[...entries, ...actions.map(({ text }) => text)].map(text => `    ${text}`),
    ...conditions.map(({ key, values }) => `    ${key.text} = ${values.map(({ text }) => text).join(', ')}`),
    ...names.sort(),
  ].join('\n');
};

const short = (told: readonly string[]): string =>
  `${told.join('\n').replaceAll(arn(''), 'PROVIDER/').replaceAll(issuer, 'ISSUER').replaceAll(`${host}/`, 'EKS/')}\n`;

const providers: readonly object[] = [
  ...[arn(issuer), '${OidcProviderArn}', '<the provider>', arn('${Issuer}'), arn(`${host}/\${Id}`)],
  ...[
    arn('https://${Issuer}'),
    arn(arn('${Issuer}')),
    arn('arn:aws:iam::${Account}:oidc-provider/${Issuer}'),
    'arn:aws:iam::${Account}:oidc-provider/${Issuer}',
  ],
  ...[
    arn('${module.eks.oidc_provider}'),
    'arn:aws:iam::1:saml-provider/${Name}',
    arn('token.actions.githubusercontent.com'),
  ],
].map(Federated => ({ Federated }));
const several = [{ Federated: [arn('${A}'), arn('${B}')] }, { AWS: '${Role}' }];
const keys = [
  ...[issuer, '${Issuer}', `${host}/\${Id}`, '${OidcProviderArn}', '<the provider>', '${module.eks.oidc_provider}'],
  ...['https://${Issuer}', arn('${Issuer}'), `https://${issuer}`, '${B}', '${Other}', 'sts.other.example.com'],
].map(prefix => `${prefix}:sub`);

test('each form of a provider with each form of a key', () => {
  const told = [...providers, ...several].flatMap(Principal =>
    keys.map(key => {
      const Condition = { StringEquals: { [key]: sub } };
      return `${JSON.stringify(Principal)} ${key}\n  ${filledOf({ Principal, Condition })}`;
    }),
  );
  golden('lint/fillings-of-keys.txt', short(told));
});

const values: readonly (readonly [key: string, ...values: readonly string[]])[] = [
  [
    `${issuer}:sub`,
    '${Sub}',
    'system:serviceaccount:${Ns}:cart',
    'system:serviceaccount:${Both}',
    `\${Prefix}shop:cart`,
  ],
  [
    `${issuer}:sub`,
    'system:serviceaccount:${Ns}:${Name}',
    'user:${Name}',
    'a:${B}:c',
    'system:serviceaccount:a:b:${C}',
    sub,
  ],
  [`${issuer}:SUB`, '${Sub}'],
  [`${issuer}:aud`, '${Aud}', 'x-${Aud}', 'sts.${Suffix}', 'sts.amazonaws.com'],
  [`${issuer}:email`, '${Mail}', '${User}@example.com'],
  ['aws:PrincipalTag/${Tag}', '${Value}'],
  ['aws:RequestTag/team', 'x'],
  [`${issuer}:\${Claim}`, 'x'],
  ['${Key}', 'x'],
  ['aws:${Name}', 'x'],
];
test('each form of a value', () => {
  const told = values.flatMap(([key, ...all]) =>
    all.map(value => {
      const Condition = { StringLike: { [key]: value } };
      return `${key} = ${value}\n  ${filledOf({ Principal: { Federated: arn(issuer) }, Condition })}`;
    }),
  );
  golden('lint/fillings-of-values.txt', short(told));
});

test.each<readonly [what: string, over: object]>([
  ['effect', { Effect: '${Effect}' }],
  ['operator', { Condition: { '${Operator}': { [`${issuer}:sub`]: sub } } }],
])('a placeholder for the %s is not checked', (_, over) => {
  expect(filledOf({ Principal: { Federated: arn(issuer) }, ...over })).toBe('not checked');
});

test.each([
  ['sts:${Action}', 'sts:AssumeRoleWithWebIdentity'],
  ['${Action}', 'sts:AssumeRoleWithWebIdentity'],
  ['s3:${Action}', 's3:some-value-'],
  ['sts:AssumeRole${Rest}Identity', 'sts:AssumeRoleWithWebIdentity'],
])('an action %s is the one of pods where it may be', (Action, filled) => {
  expect(filledOf({ Principal: { Federated: arn(issuer) }, Action })).toContain(`    ${filled}`);
});
