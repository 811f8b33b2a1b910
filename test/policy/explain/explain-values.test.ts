import { expect, test } from '@jest/globals';
import { app, type ExplainedRow, explained, frame, rightPrincipalAndAction } from '../../support/explained.ts';
import { aStatement, aud, S, sub } from '../../support/trust-cases.ts';

const rows: readonly ExplainedRow[] = [
  [
    'an exact subject and audience',
    [aStatement({ Sid: 'Prod', Condition: { StringEquals: { [sub]: app, [aud]: 'sts.amazonaws.com' } } })],
    'allow',
    { line: 1, column: 38 },
    [
      '  because "Prod" allows it',
      '"Prod" (Allow, line 1): applies',
      '  yes line 1: StringEquals on <issuer>:sub wants "<subject>", the token has "<subject>": a value matches',
      '  yes line 1: StringEquals on <issuer>:aud wants "sts.amazonaws.com", the token has "sts.amazonaws.com": a value matches',
    ],
  ],
  [
    'the account in another namespace',
    [aStatement({ Condition: { StringEquals: { [sub]: `${S}dev:app` } } })],
    'deny',
    { line: 1, column: 338 },
    [
      '  because Statement[0]: StringEquals on <issuer>:sub wants "system:serviceaccount:dev:app", the token has "<subject>": the value differs',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringEquals on <issuer>:sub wants "system:serviceaccount:dev:app", the token has "<subject>": the value differs',
      '      likely slip: the policy has the account app in namespace dev, not prod',
    ],
  ],
  [
    'another case',
    [aStatement({ Condition: { StringEquals: { [sub]: `${S}Prod:app` } } })],
    'deny',
    { line: 1, column: 338 },
    [
      '  because Statement[0]: StringEquals on <issuer>:sub wants "system:serviceaccount:Prod:app", the token has "<subject>": the value differs only in case',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringEquals on <issuer>:sub wants "system:serviceaccount:Prod:app", the token has "<subject>": the value differs only in case',
      '      likely slip: "system:serviceaccount:Prod:app" differs from "<subject>" only in case',
    ],
  ],
  [
    'white space around a value',
    [aStatement({ Condition: { StringEquals: { [sub]: `${app} ` } } })],
    'deny',
    { line: 1, column: 338 },
    [
      '  because Statement[0]: StringEquals on <issuer>:sub wants "<subject> ", the token has "<subject>": the policy’s value has white space around it',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringEquals on <issuer>:sub wants "<subject> ", the token has "<subject>": the policy’s value has white space around it',
      '      likely slip: "<subject> " has white space around it',
    ],
  ],
  [
    'a wildcard under StringEquals',
    [aStatement({ Condition: { StringEquals: { [sub]: `${S}prod:*` } } })],
    'deny',
    { line: 1, column: 338 },
    [
      '  because Statement[0]: StringEquals on <issuer>:sub wants "system:serviceaccount:prod:*", the token has "<subject>": * and ? are plain characters under StringEquals',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringEquals on <issuer>:sub wants "system:serviceaccount:prod:*", the token has "<subject>": * and ? are plain characters under StringEquals',
      '      likely slip: "system:serviceaccount:prod:*" has a wildcard: only StringLike reads it as one',
    ],
  ],
  [
    'many values: three are shown',
    [aStatement({ Condition: { StringEquals: { [sub]: ['a', 'b', 'c', 'd', 'e'] } } })],
    'deny',
    { line: 1, column: 339 },
    [
      '  because Statement[0]: StringEquals on <issuer>:sub wants "a", "b", "c" and 2 more, the token has "<subject>": none of the values matches',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringEquals on <issuer>:sub wants "a", "b", "c" and 2 more, the token has "<subject>": none of the values matches',
    ],
  ],
  [
    'two values',
    [aStatement({ Condition: { StringLike: { [sub]: ['a*', 'b'] } } })],
    'deny',
    { line: 1, column: 337 },
    [
      '  because Statement[0]: StringLike on <issuer>:sub wants "a*", "b", the token has "<subject>": none of the values matches',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringLike on <issuer>:sub wants "a*", "b", the token has "<subject>": none of the values matches',
    ],
  ],
  [
    'no values',
    [aStatement({ Condition: { StringEquals: { [sub]: [] } } })],
    'unknown',
    { line: 1, column: 263 },
    [
      '  because Statement[0]: StringEquals on <issuer>:sub: what an empty list of values means is not fully documented',
      'Statement[0] (Allow, line 1): may apply',
      '  ?   line 1: StringEquals on <issuer>:sub wants nothing, the token has "<subject>": what an empty list of values means is not fully documented',
    ],
  ],
  [
    'a negated test that fails',
    [aStatement({ Condition: { StringNotEquals: { [sub]: app } } })],
    'deny',
    { line: 1, column: 341 },
    [
      '  because Statement[0]: StringNotEquals on <issuer>:sub wants "<subject>", the token has "<subject>": a value matches, and none may',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringNotEquals on <issuer>:sub wants "<subject>", the token has "<subject>": a value matches, and none may',
    ],
  ],
  [
    'a negated test that holds',
    [aStatement({ Condition: { StringNotLike: { [sub]: 'x*' } } })],
    'allow',
    { line: 1, column: 38 },
    [
      '  because Statement[0] allows it',
      'Statement[0] (Allow, line 1): applies',
      '  yes line 1: StringNotLike on <issuer>:sub wants "x*", the token has "<subject>": none of the values matches',
    ],
  ],
];

test.each(rows.map(([what, statements, decision, at, lines]) => ({ what, statements, decision, at, lines })))(
  '$what: $decision',
  ({ statements, decision, at, lines }) => {
    const [before = '', statement = '', ...tests] = lines;
    const all = frame(decision, [before, statement, ...rightPrincipalAndAction, ...tests]);
    expect(explained(statements)).toEqual({ decision, at, lines: all });
  },
);
