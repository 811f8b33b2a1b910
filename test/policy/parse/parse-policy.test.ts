import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../../lib/policy.ts';
import { aStatement, mustParse, P, policyText, provider, sub } from '../../support/trust-cases.ts';

/** The problem of a text that is no policy: `line:column message`. */
const refusal = (text: string): string => {
  const parsed = parsePolicy(text);
  return parsed.ok ? 'parsed' : `${parsed.problem.at.line}:${parsed.problem.at.column} ${parsed.problem.message}`;
};

const reports = (text: string): readonly string[] =>
  mustParse(text).problems.map(({ message, at }) => `${at.line}:${at.column} ${message}`);

const statementProblems = (statement: unknown): readonly string[] =>
  mustParse(policyText([statement])).statements.flatMap(each => each.problems.map(problem => problem.message));

describe('what is no policy', () => {
  test.each([
    ['', '1:1 the text is empty, wanted a policy as JSON'],
    [' \n', '1:1 the text is empty, wanted a policy as JSON'],
    ['x', '1:1 expected a JSON value, got "x"'],
    ['{', '1:2 expected a key in double quotes, got the end of the text'],
    ['{\n "a": 1,\n}', '2:8 trailing comma before }'],
    ['[1,]', '1:3 trailing comma before ]'],
    ['{"a" 1}', '1:6 expected a colon, got "1"'],
    ['{"a":1 "b"}', '1:8 expected a comma or }, got "\\""'],
    ['[1 2]', '1:4 expected a comma or ], got "2"'],
    ["{'a':1}", '1:2 expected a key in double quotes, got "\'"'],
    ['{"a":}', '1:6 expected a JSON value, got "}"'],
    ['{"a":[}', '1:7 expected a JSON value, got "}"'],
    ['// x\n{}', '1:1 expected a JSON value, got a comment: JSON has no comments'],
    ['{} # x', '1:4 more text after the end of the JSON value: got a comment: JSON has no comments'],
    ['{} /* */', '1:4 more text after the end of the JSON value: got a comment: JSON has no comments'],
    ['{}{}', '1:3 more text after the end of the JSON value: got "{"'],
    ['"abc', '1:1 the string has no closing quote'],
    ['"a\\', '1:1 the string has no closing quote'],
    ['"a\u0001"', '1:3 control character in a string'],
    ['"\\x"', '1:1 invalid escape sequence in a string'],
    ['{"\\x":1}', '1:2 invalid escape sequence in a string'],
    ['\u0000', '1:1 expected a JSON value, got U+0000'],
    ['\ud800', '1:1 expected a JSON value, got U+D800'],
    ['1', '1:1 got the number 1, wanted a policy: a JSON object with "Statement"'],
    ['null', '1:1 got null, wanted a policy: a JSON object with "Statement"'],
    ['true', '1:1 got the boolean true, wanted a policy: a JSON object with "Statement"'],
    ['"x"', '1:1 got the string "x", wanted a policy: a JSON object with "Statement"'],
    ['[]', '1:1 got an array, wanted a policy: a JSON object with "Statement"'],
    ['{}', '1:1 a policy needs "Statement"'],
    ['{"statement":[]}', '1:1 got the element "statement", wanted "Statement"'],
    [
      '{"AssumeRolePolicyDocument":{}}',
      '1:1 a policy needs "Statement": is the policy the value of "AssumeRolePolicyDocument"?',
    ],
    ['{"Statement":[\n{}, 1]}', '2:5 got the number 1 as Statement[1], wanted an object'],
    ['%7B%', '1:1 the text looks URL-encoded, but its encoding is broken'],
    [' \n%7b%', '1:1 the text looks URL-encoded, but its encoding is broken'],
    ['%EF%BB%BF%', '1:1 the text looks URL-encoded, but its encoding is broken'],
    ['x%7B%', '1:1 expected a JSON value, got "x"'],
    ['%41', '1:1 expected a JSON value, got "%"'],
    [`[${'1'.repeat(50)}, {}]`, '1:1 got an array, wanted a policy: a JSON object with "Statement"'],
    ['1'.repeat(50), `1:1 got the number ${'1'.repeat(40)}, wanted a policy: a JSON object with "Statement"`],
  ])('%j', (text, problem) => {
    expect(refusal(text)).toBe(problem);
  });

  test('too long, by one character', () => {
    const empty = policyText([]);
    expect(refusal(empty + ' '.repeat(131_072 - empty.length))).toBe('parsed');
    expect(refusal(empty + ' '.repeat(131_073 - empty.length))).toContain('at most 131072 are read');
    expect(refusal(`%7B${'%20'.repeat(140_000)}`)).toContain('at most 131072 are read');
  });

  test('nested too deep, by one level', () => {
    const nested = (depth: number): string => `{"Statement":[],"Id":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(refusal(nested(31))).toBe('parsed');
    expect(refusal(nested(32))).toBe('1:53 nested deeper than 32 levels');
    expect(refusal('['.repeat(100_000))).toContain('nested deeper');
  });
});

describe('forms that are understood', () => {
  const text = policyText([aStatement()]);
  test.each([
    ['plain', text],
    ['with BOM', `\ufeff${text}`],
    ['URL-encoded', encodeURIComponent(text)],
    ['URL-encoded with BOM', encodeURIComponent(`\ufeff${text}`)],
    ['with white space', ` \r\n\t${text} \n`],
    ['one statement as an object', policyText(aStatement())],
  ])('%s', (_, form) => {
    const policy = mustParse(form);
    expect(policy.problems).toEqual([]);
    expect(policy.version).toBe('2012-10-17');
    expect(policy.statements).toMatchObject([
      {
        index: 0,
        effect: 'Allow',
        principal: { kind: 'typed', entries: [{ type: 'Federated', value: { text: provider } }] },
      },
    ]);
    expect(policy.length).toBe(form === policyText(aStatement()) ? text.length - 2 : text.length);
  });

  test('what is not encoded is not decoded', () => {
    const policy = mustParse(policyText([aStatement({ Sid: '%7B%41' })]));
    expect(policy.statements[0]?.sid).toBe('%7B%41');
  });

  test('an encoded text may be three times as long, and no longer', () => {
    const padded = (length: number) => policyText([]) + ' '.repeat(length - policyText([]).length);
    expect(refusal(encodeURIComponent(padded(131_072)))).toBe('parsed');
    const tooLong = `%7B${'%20'.repeat(131_080)}`;
    expect(refusal(tooLong)).toBe(`1:1 the text has ${tooLong.length} characters; at most 131072 are read`);
  });

  test('values keep their text, numbers and booleans too, and their place', () => {
    const policy = mustParse(`{"Statement":[{"Sid":"a","Effect":"Allow","Principal":"*","NotAction":["x"],
  "Condition":{"Bool":{"k":[true,-1.5e3,"s\\u00e9"]}}}]}`);
    const [test] = policy.statements[0]?.conditions ?? [];
    expect(test?.values).toEqual([
      { text: 'true', at: { line: 2, column: 29 } },
      { text: '-1.5e3', at: { line: 2, column: 34 } },
      { text: 's\u00e9', at: { line: 2, column: 41 } },
    ]);
    expect(test).toMatchObject({
      operator: 'Bool',
      key: { text: 'k', at: { line: 2, column: 24 } },
      at: { line: 2, column: 16 },
    });
    expect(policy.statements[0]).toMatchObject({ sid: 'a', principal: { kind: 'everyone' }, problems: [] });
    expect(policy.length).toBe(129);
  });

  test('what is not there is not there', () => {
    const policy = mustParse('{"Statement":{"Condition":"x"}}');
    expect('version' in policy).toBe(false);
    expect(policy.statements[0]?.conditions).toEqual([]);
    expect(Object.keys(policy.statements[0] ?? {}).sort()).toEqual(['at', 'conditions', 'effect', 'index', 'problems']);
  });

  test('__proto__ is a key like any other', () => {
    const policy = mustParse(
      '{"Statement":{"Effect":"Allow","Principal":{"__proto__":"x"},"Action":"*","__proto__":{"a":1},"Condition":{"__proto__":{"constructor":"v"}}}}',
    );
    expect(policy.statements[0]?.problems.map(problem => problem.message)).toEqual([
      'unknown principal type "__proto__"',
      'a statement of a trust policy has no element "__proto__"',
    ]);
    expect(policy.statements[0]?.conditions).toMatchObject([{ operator: '__proto__', key: { text: 'constructor' } }]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

describe('what is reported', () => {
  test('duplicate keys: the last one counts', () => {
    const text = `{"Statement":[],"Statement":{"Effect":"Deny","Effect":"Allow","Principal":{"Federated":"a","Federated":"b"},
"Action":"*","Condition":{"StringEquals":{"k":"1","k":"2"},"StringEquals":{"k":"3","k":"4"}}}}`;
    expect(reports(text)).toEqual([
      '1:2 the key "Statement" is used twice: IAM refuses such a policy',
      '1:30 the key "Effect" is used twice: IAM refuses such a policy',
      '1:76 the key "Federated" is used twice: IAM refuses such a policy',
      '2:27 the key "StringEquals" is used twice: IAM refuses such a policy',
      '2:76 the key "k" is used twice: IAM refuses such a policy',
    ]);
    expect(mustParse(text).statements).toMatchObject([
      {
        effect: 'Allow',
        principal: { entries: [{ value: { text: 'b' } }] },
        conditions: [{ values: [{ text: '4' }] }],
        problems: [],
      },
    ]);
  });

  test('condition keys that differ only in case', () => {
    const text = policyText([aStatement({ Condition: { StringEquals: { [sub]: 'a', [`${P}:SUB`]: 'b' } } })]);
    expect(reports(text)).toEqual([
      expect.stringContaining(`the condition keys "${sub}" and "${P}:SUB" differ only in case`),
    ]);
  });

  test.each([
    ['"plain \u00ff"', []],
    ['"\u0100"', ['1:22']],
    ['["a","\\u2028"]', ['1:27']],
    ['["\\t\\n\\r"]', []],
    ['["\\b"]', ['1:23']],
    ['{"\\u0000":"\u20ac"}', ['1:23', '1:32']],
    ['"\u007f"', []],
  ])('the characters that IAM refuses in %s are reported at %j', (id, places) => {
    const refused = reports(`{"Statement":[],"Id":${id}}`).filter(text => text.includes('outside of U+0020'));
    expect(refused.map(text => text.split(' ')[0])).toEqual(places);
  });

  test('characters that IAM refuses, repeated Sids', () => {
    expect(reports(policyText([aStatement({ Sid: 'a\u2028' })]))).toEqual([
      expect.stringContaining('a character outside of U+0020 to U+00FF'),
      expect.stringContaining('has other characters than letters and digits'),
    ]);
    expect(reports('{"Statement":[],"Id":"\\ud800"}')).toEqual([
      '1:22 a character outside of U+0020 to U+00FF: IAM refuses it',
    ]);
    expect(reports('{"Statement":[],"Id":"\\u0007"}')).toHaveLength(1);
    expect(reports(policyText([aStatement({ Sid: 'a' }), aStatement({ Sid: 'a' }), aStatement({ Sid: 'b' })]))).toEqual(
      [expect.stringContaining('the Sid "a" is used twice')],
    );
  });

  test.each(['a b', 'a-b', 'a_b', 'é', 'a.'])('a Sid %j has characters that IAM refuses', sid => {
    expect(mustParse(policyText([aStatement({ Sid: sid })])).problems).toEqual([
      {
        kind: 'sid',
        name: sid,
        message: `the Sid ${JSON.stringify(sid)} has other characters than letters and digits: IAM refuses it`,
        at: { line: 1, column: expect.any(Number) },
      },
    ]);
  });

  test('letters and digits, and an empty Sid in every statement, are taken', () => {
    const sids = ['', '', 'Az09', undefined, undefined];
    expect(reports(policyText(sids.map(Sid => aStatement({ Sid }))))).toEqual([]);
  });

  test('what IAM would refuse of the whole makes every statement undecidable', () => {
    const policy = mustParse(policyText([aStatement(), aStatement()], { Version: '2012-10-18', Made: 1, Id: 'x' }));
    const messages = ['Version is "2012-10-18", wanted "2012-10-17"', 'a policy has no element "Made"'];
    expect(policy.problems.map(problem => problem.message)).toEqual(messages);
    for (const statement of policy.statements)
      expect(statement.problems.map(problem => problem.message)).toEqual(messages);
    expect(reports(policyText([], { Version: 1 }))).toEqual(['1:12 Version is the number 1, wanted "2012-10-17"']);
  });
});

describe('problems of a statement', () => {
  test.each([
    [aStatement(), []],
    [aStatement({ Effect: 'allow' }), ['Effect is "allow", wanted "Allow" or "Deny"']],
    [
      aStatement({ Effect: 1 }),
      ['Effect is the number 1, wanted "Allow" or "Deny"', 'Effect is "", wanted "Allow" or "Deny"'],
    ],
    [aStatement({ Sid: 1 }), ['Sid is the number 1, wanted a string']],
    [aStatement({ Principal: undefined }), ['a statement of a trust policy needs a Principal']],
    [
      aStatement({ Principal: 'x' }),
      ['Principal is the string "x", wanted an object such as {"Federated": "<provider ARN>"}'],
    ],
    [aStatement({ Principal: {} }), ['Principal is an empty object']],
    [aStatement({ Principal: { Federated: [] } }), ['Federated is an array, wanted at least one value']],
    [aStatement({ Principal: { Federated: [null] } }), ['Federated is null, wanted a string or a list of strings']],
    [aStatement({ NotPrincipal: '*' }), ['NotPrincipal is not supported in a trust policy']],
    [aStatement({ Action: undefined }), ['a statement needs an Action']],
    [aStatement({ NotAction: 'x' }), ['a statement cannot have both Action and NotAction']],
    [aStatement({ Action: [] }), ['Action is an array, wanted at least one value']],
    [aStatement({ Action: { a: 1 } }), ['Action is an object, wanted a string or a list of strings']],
    [
      aStatement({ Action: undefined, NotAction: [1] }),
      ['NotAction is the number 1, wanted a string or a list of strings'],
    ],
    [aStatement({ Resource: '*' }), ['a statement of a trust policy has no element "Resource"']],
    [aStatement({ Condition: [] }), ['Condition is an array, wanted an object of operators']],
    [
      aStatement({ Condition: { StringLike: 'x' } }),
      ['the condition "StringLike" is the string "x", wanted an object of keys'],
    ],
    [
      aStatement({ Condition: { StringLike: { k: [null, ['a']] } } }),
      ['a value of "k" is null, wanted a string', 'a value of "k" is an array, wanted a string'],
    ],
    [aStatement({ Condition: { StringLike: {} } }), []],
    [aStatement({ ['x'.repeat(200)]: 1 }), [`a statement of a trust policy has no element "${'x'.repeat(117)}..."`]],
  ])('%j', (statement, problems) => {
    expect(statementProblems(statement)).toEqual(problems);
  });
});
