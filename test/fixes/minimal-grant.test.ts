import { describe, expect, test } from '@jest/globals';
import { minimalGrant } from '../../lib/fixes/minimal-grant.ts';
import { decide } from '../../lib/policy/decide/decide.ts';
import type { WebIdentityRequest } from '../../lib/policy/decide/request.ts';
import { explainDecision } from '../../lib/policy/explain/explain-decision.ts';
import { setContains, subjectsOf } from '../../lib/policy/who/subject-set.ts';
import { documentOf } from '../support/document-of.ts';
import {
  aRequest,
  aStatement,
  aud,
  mustParse,
  otherSub,
  P,
  policyText,
  provider,
  S,
  sub,
} from '../support/trust-cases.ts';

const app = `${S}prod:app`;
const usual = { [aud]: 'sts.amazonaws.com' };
const otherProvider = provider.replace('eu-west-1', 'eu-west-2');
const withTest = (condition: unknown, over: Readonly<Record<string, unknown>> = {}): string =>
  policyText([aStatement({ Condition: condition, ...over })]);

describe('smallest change', () => {
  test.each([
    ['another subject', withTest({ StringEquals: { [sub]: `${S}a:b`, [aud]: 'sts.amazonaws.com' } }), 'add-subject'],
    ['several subjects', withTest({ StringEquals: { [sub]: [`${S}a:b`, `${S}c:d`], ...usual } }), 'add-subject'],
    ['a pattern', withTest({ StringLike: { [sub]: `${S}a:*`, ...usual } }), 'add-subject'],
    ['a literal star', withTest({ StringEquals: { [sub]: `${S}prod:*`, ...usual } }), 'add-subject'],
    ['BOM', `\ufeff${withTest({ StringLike: { [sub]: 'x', ...usual } })}`, 'add-subject'],
    ['URL encoding', encodeURIComponent(withTest({ StringLike: { [sub]: 'x', ...usual } })), 'add-subject'],
    [
      'statement as an object',
      policyText(aStatement({ Condition: { StringLike: { [sub]: 'x', ...usual } } })),
      'add-subject',
    ],
    ['an action as an object', policyText(aStatement({ Action: 'sts:AssumeRole' })), 'add-statement'],
    [
      'a value that is compared without case',
      withTest({ StringEqualsIgnoreCase: { [sub]: 'x' }, StringEquals: usual }),
      'add-subject',
    ],
    ['a key in another case', withTest({ StringEquals: { [sub.toUpperCase()]: 'x', ...usual } }), 'add-subject'],
    [
      'a policy with an Id',
      `{"Statement":[${JSON.stringify(aStatement({ Condition: { StringEquals: { [sub]: 'x', ...usual } } }))}],"Id":"a"}`,
      'add-subject',
    ],
    ['an audience that is not tested', withTest({ StringEquals: { [sub]: `${S}a:b` } }), 'add-statement'],
    ['audience', withTest({ StringEquals: { [sub]: app, [aud]: 'x' } }), 'add-statement'],
    ['subject and audience', withTest({ StringEquals: { [sub]: 'x', [aud]: 'x' } }), 'add-statement'],
    ['two subject tests', withTest({ StringEquals: { [sub]: 'x' }, StringLike: { [sub]: 'y' } }), 'add-statement'],
    ['negated', withTest({ StringNotEquals: { [sub]: app } }), 'add-statement'],
    ['other issuer’s key', withTest({ StringEquals: { [otherSub]: app } }), 'add-statement'],
    ['action', withTest({}, { Action: 'sts:AssumeRole' }), 'add-statement'],
    ['principal', withTest({}, { Principal: { Service: 'ec2.amazonaws.com' } }), 'add-statement'],
    ['no statement', policyText([]), 'add-statement'],
    // With these the subject would get the role with audiences that nobody asked for: no list of samples shows them.
    [
      'a pattern of audiences without some of them',
      withTest({ StringEquals: { [sub]: 'x' }, StringLike: { [aud]: 'st*' }, StringNotLike: { [aud]: 'stx*' } }),
      'add-statement',
    ],
    [
      'another audience beside the one asked for',
      withTest({ StringEquals: { [sub]: 'x', [aud]: ['sts.amazonaws.com', 'vault'] } }),
      'add-statement',
    ],
    ['any audience', withTest({ StringEquals: { [sub]: 'x' }, Null: { [aud]: 'false' } }), 'add-statement'],
    [
      'all audiences but one',
      withTest({ StringEquals: { [sub]: 'x' }, StringNotEquals: { [aud]: 'y' } }),
      'add-statement',
    ],
    [
      'an audience and a pattern of audiences',
      withTest({ StringEquals: { [sub]: 'x' }, StringLike: { [aud]: ['sts.amazonaws.com', 'va*'] } }),
      'add-statement',
    ],
    [
      'another provider, with subject and audience as they are',
      withTest({ StringEquals: { [sub]: app, ...usual } }, { Principal: { Federated: otherProvider } }),
      'add-statement',
    ],
    [
      'a subject that is forbidden beside one that is allowed',
      withTest({ StringEquals: { [sub]: 'x', ...usual }, StringNotLike: { [sub]: `${S}prod:*` } }),
      'add-statement',
    ],
    [
      'two tests of subjects of which one holds',
      withTest({ StringLike: { [sub]: `${S}prod:*` }, StringEquals: { [sub]: 'x', ...usual } }),
      'add-subject',
    ],
    [
      'an audience in any case',
      withTest({ StringEquals: { [sub]: 'x' }, StringEqualsIgnoreCase: usual }),
      'add-statement',
    ],
  ])('%s', (_, text, kind) => {
    const change = minimalGrant(mustParse(text), text, aRequest());
    expect(change?.kind).toBe(kind);
    const after = mustParse(change?.policyDocument ?? '');
    expect(change?.summary).toBe(
      kind === 'add-subject'
        ? `add the subject to the ${sub} test of Statement[0]`
        : 'add a statement for this service account alone',
    );
    expect(after.statements.length).toBe(mustParse(text).statements.length + (kind === 'add-subject' ? 0 : 1));
    expect(decide(after, aRequest()).decision).toBe('allow');
    const before = subjectsOf(mustParse(text), aRequest());
    const gained = subjectsOf(after, aRequest());
    for (const other of [`${S}prod:other`, `${S}other:app`, `${S}prod:app-1`])
      expect(setContains(gained, other)).toBe(setContains(before, other));
    const asked = { ...aRequest(), audience: 'another' };
    expect(decide(after, asked).decision).toBe(decide(mustParse(text), asked).decision);
    expect(change?.command).toBe(
      `[ "$(aws sts get-caller-identity --query Account --output text)" = 111122223333 ] && aws iam update-assume-role-policy --role-name app --policy-document file:///dev/stdin <<'JSON'\n${JSON.stringify(JSON.parse(change?.policyDocument ?? ''), null, 2)}\nJSON`,
    );
  });

  test.each([
    [`${S}a:b`, [`${S}a:b`, app]],
    [
      [`${S}a:b`, `${S}c:d`],
      [`${S}a:b`, `${S}c:d`, app],
    ],
  ])('who was allowed stays: %j', (value, expected) => {
    const text = withTest({ StringEquals: { [sub]: value, ...usual } }, { Sid: 'a' });
    const change = minimalGrant(mustParse(text), text, aRequest());
    expect(JSON.parse(change?.policyDocument ?? '')).toEqual(
      JSON.parse(withTest({ StringEquals: { [sub]: expected, ...usual } }, { Sid: 'a' })),
    );
  });

  test('of several statements the first that can be changed, and the others stay', () => {
    const other = aStatement({ Action: 'sts:TagSession' });
    const both = (value: unknown) =>
      policyText([other, aStatement({ Condition: { StringEquals: { [sub]: value, ...usual } } }), other]);
    const change = minimalGrant(mustParse(both('x')), both('x'), aRequest());
    expect(change?.summary).toContain('Statement[1]');
    expect(JSON.parse(change?.policyDocument ?? '')).toEqual(JSON.parse(both(['x', app])));
  });

  test.each([
    ['allowed already', withTest({}), {}],
    ['unknown', withTest({ StringEquals: { 'aws:SourceVpc': 'x' } }), {}],
    ['a Deny forbids it', policyText([aStatement({ Effect: 'Deny' })]), {}],
    ['no subject of a service account', withTest({ StringLike: { [sub]: 'x' } }), { subject: `${S}*:app` }],
  ] satisfies readonly (readonly [string, string, Partial<WebIdentityRequest>])[])('none: %s', (_, text, request) => {
    expect(minimalGrant(mustParse(text), text, aRequest(request))).toBeUndefined();
  });

  test('none: a text that cannot be decoded', () => {
    const denies = mustParse(withTest({ StringEquals: { [sub]: 'x' } }));
    expect(minimalGrant(denies, '%7B%', aRequest())).toBeUndefined();
  });

  test('hostile names stay inside the quotes of the shell', () => {
    const text = withTest({ StringEquals: { [sub]: "x'; rm -rf / #" } });
    const request = aRequest({ roleArn: 'arn:aws:iam::111122223333:role/a$(b)' });
    const command = minimalGrant(mustParse(text), text, request)?.command;
    expect(command).toContain("--role-name 'a$(b)'");
    expect(documentOf(command)).toContain(`x'; rm -rf / #`);
  });
});

describe('explanation', () => {
  const lines = (statement: unknown, request: Partial<WebIdentityRequest> = {}): string => {
    const asked = aRequest(request);
    return explainDecision(decide(mustParse(policyText([statement])), asked), asked).join('\n');
  };
  const failing = (condition: unknown): string => lines(aStatement({ Condition: condition }));

  test.each([
    [{ StringEquals: { [sub]: `${S}prod:*` } }, 'only StringLike reads it as one'],
    [{ StringEquals: { [sub]: `${S}Prod:app` } }, 'only in case'],
    [{ StringEquals: { [sub]: `${app} ` } }, 'has white space around it'],
    [{ StringEquals: { [aud]: app } }, 'a subject stands under :aud'],
    [{ StringEquals: { [aud]: 'sts.amazon.com' } }, 'is close to "sts.amazonaws.com"'],
    [{ StringEquals: { [sub]: `${S}stage:app` } }, 'the policy has the account app in namespace stage, not prod'],
    [{ StringEquals: { [sub]: `${S}prod:apq` } }, 'is one of them mistyped?'],
    [{ StringEquals: { [`https://${sub}`]: app } }, `begins with a scheme: write ${sub}`],
    [{ StringEquals: { [`${provider}:sub`]: app } }, `begins with the provider’s ARN: write ${sub}`],
    [{ StringEquals: { [`${P}/:sub`]: app } }, 'ends with a slash'],
    [{ StringEquals: { [`${P}///:sub`]: app } }, 'ends with a slash'],
    [{ StringEquals: { [`HTTP://${sub}`]: app } }, `begins with a scheme: write ${sub}`],
    [{ 'ForAnyValue:StringEquals': { [sub]: `${S}prod:*` } }, 'only StringLike reads it as one'],
    [{ StringEquals: { [aud]: ['x', app] } }, 'a subject stands under :aud'],
    [{ StringEquals: { [sub]: [`${S}dev:other`, `${S}stage:app`] } }, 'app in namespace stage, not prod'],
    [{ StringEquals: { 'aws:ResourceAccount': '11112222333' } }, '"11112222333" is close to "111122223333"'],
    [{ StringEquals: { [`${P.slice(0, -1)}0:sub`]: app } }, 'another issuer, by a few characters'],
    [{ StringEquals: { [otherSub]: app } }, `the key names another issuer: write ${sub} for this one`],
  ])('likely slip: %j', (condition, slip) => {
    expect(failing(condition)).toContain(`likely slip: `);
    expect(failing(condition)).toContain(slip);
  });

  test.each([
    [{ StringEquals: { [sub]: 'completely-different' } }],
    [{ StringEquals: { [aud]: 'completely-different' } }],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }],
    [{ StringEquals: { [`${P}:amr`]: 'x' } }],
    [{ StringEquals: { [`${P}:aud2`]: app } }],
    [{ StringEquals: { [sub]: 'x', 'aws:ResourceAccount': '999999999999' } }],
    [{}],
  ])('no slip is guessed: %j', condition => {
    expect(failing(condition)).not.toContain('likely slip');
  });

  test.each([
    [provider.replace('oidc-provider/', 'oidc-provider/https://'), 'no https://'],
    [provider.replace('oidc-provider/', 'oidc-provider/http://'), 'no https://'],
    [`${provider}/`, 'ends with a slash'],
    [`${provider}//`, 'ends with a slash'],
    [provider.toLowerCase(), 'only in case'],
    [provider.replace('111122223333', '999999999999'), 'the provider is of account 999999999999'],
    [provider.replace('eu-west-1', 'eu-west-2'), 'is close: is one of them mistyped?'],
  ])('principal %s', (arn, slip) => {
    expect(lines(aStatement({ Principal: { Federated: arn } }))).toContain(`likely slip: `);
    expect(lines(aStatement({ Principal: { Federated: arn } }))).toContain(slip);
  });

  test('an allow says what is not evaluated; a wildcard principal says what is undocumented', () => {
    expect(lines(aStatement())).toContain('allow: system:serviceaccount:prod:app may assume');
    expect(lines(aStatement())).toContain('not evaluated');
    const unknown = lines(aStatement({ Principal: { AWS: '*' }, Made: 1 }));
    expect(unknown).toContain('unknown: ');
    expect(unknown).toContain('no element "Made"');
    expect(unknown).not.toContain('not evaluated');
    expect(lines(aStatement({ Principal: { Service: 'x' } }))).not.toContain('likely slip');
    expect(lines(aStatement({ Principal: '*' }))).not.toContain('likely slip');
    expect(lines(aStatement({ Principal: { AWS: `${provider}/` } }))).not.toContain('likely slip');
  });

  test('no control character of a policy reaches the terminal', () => {
    const shown = lines(aStatement({ Sid: 'a', Effect: 'x\u001b[31m' }));
    expect(shown).not.toContain('\u001b');
    expect(shown).toContain('(x\\u{1b}[31m, line 1)');
  });
});
