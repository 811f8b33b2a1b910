import { describe, expect, test } from '@jest/globals';
import {
  fillPlaceholders,
  hasPlaceholder,
  isOnePlaceholder,
  templateOf,
  withQuotedPlaceholders,
} from '../../../lib/cli/lint/placeholders.ts';

/** The form of each tool, as it stands in a text. */
const forms = [
  ...['${x}', '${var.ns["a"]}', '${a ? "{b}" : c}', "'${x}'", '{{ .Values.ns }}', '{{x}}', '{{{x}}}'],
  ...[
    '$(ns)',
    '$(a (b) c)',
    "'$(ns)'",
    '$NS',
    '$ns_1',
    "'$NS'",
    '<ns>',
    '<the ns>',
    '<<ns>>',
    '#{ns}',
    '{ns}',
    '{the ns}',
  ],
  ...[
    '%{ns}',
    '%(ns)s',
    '%(n)d',
    '%s',
    '%d',
    '%v',
    '%q',
    '%NS%',
    '@NS@',
    '@@NS@@',
    '__ns__',
    '__The_NS__',
    '[ns]',
    '[the-ns]',
  ],
  ...['MY_NS', 'YOUR-NS', 'YOURNS', 'NAMESPACE', 'ACCOUNT', 'ISSUER', 'ID', 'SA', 'XXXX', 'xxxxxx'],
  ...['${AWS::AccountId}', '${NS:-x}', '${aws_iam_role.x.name}', '${eks.oidc}'],
];

describe('a placeholder is found, alone and within a text', () => {
  test.each(forms)('%s', form => {
    expect([hasPlaceholder(form), isOnePlaceholder(` ${form} `)]).toEqual([true, true]);
    const text = `system:serviceaccount:${form}:cart`;
    expect([isOnePlaceholder(text), templateOf(text)]).toEqual([false, 'system:serviceaccount:*:cart']);
    const seen: string[] = [];
    expect(
      fillPlaceholders(text, placeholder => {
        seen.push(placeholder);
        return 'shop';
      }),
    ).toBe('system:serviceaccount:shop:cart');
    expect(seen).toEqual([form]);
  });
});

describe('what is no placeholder stays as it is', () => {
  test.each([
    '',
    'shop',
    'Shop',
    'SYSTEM:SERVICEACCOUNT:SHOP:CART',
    'OIDC.EKS.EU-WEST-1.AMAZONAWS.COM/ID/0123456789ABCDEF:SUB',
    'A',
    'axxx',
    '[a-z]',
    '[ab',
    '$',
    '$1',
    '%20',
    '%2F',
    '100%',
    '*',
    'sts.amazonaws.com',
    'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F',
    'team@example.com',
    'IDENTITY',
    'aNAME',
    '${aws:PrincipalTag/team}',
    "${aws:PrincipalTag/team, 'none'}",
    '${saml:sub}',
    '${sts:RoleSessionName}',
    '${*}',
    '${?}',
    '${$}',
    '${token.actions.githubusercontent.com:sub}',
    '${oidc.eks.eu-west-1.amazonaws.com/id/5C:sub}',
  ])('%j', text => {
    expect([hasPlaceholder(text), isOnePlaceholder(text), templateOf(text)]).toEqual([false, false, text]);
  });

  test('a text that is longer than any name', () => {
    const long = `${'x'.repeat(4094)}<a>`;
    expect([hasPlaceholder(long), hasPlaceholder(long.slice(1))]).toEqual([false, true]);
  });
});

test('a percent-encoded character is none', () => {
  expect(fillPlaceholders('%d0-%dA-%s-%vf-%d:%qx', one => `(${one})`)).toBe('%d0-%dA-(%s)-%vf-(%d):(%q)x');
});

test('several placeholders of a text are each replaced', () => {
  expect(fillPlaceholders('<a>:${b}-%s:${aws:userid}', one => `(${one})`)).toBe('(<a>):(${b})-(%s):${aws:userid}');
});

test.each([
  ['{"a": ${B}}', '{"a": "${B}"}'],
  ['{"a": {{ b }}, "c": <d e>}', '{"a": "{{ b }}", "c": "<d e>"}'],
  ['{"a": "${B}"}', '{"a": "${B}"}'],
  ['{"a": "\\"${B}"}', '{"a": "\\"${B}"}'],
  ['{"a": 1}', '{"a": 1}'],
  ['{"a": "x\n${B}', '{"a": "x\n"${B}"'],
])('placeholders outside of the strings of %j are quoted', (text, quoted) => {
  expect(withQuotedPlaceholders(text)).toBe(quoted);
});
