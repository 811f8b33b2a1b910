import { expect, test } from '@jest/globals';
import { app, type ExplainedRow, explained, frame, rightPrincipalAndAction } from '../../support/explained.ts';
import { aStatement, otherSub, P, provider, sub } from '../../support/trust-cases.ts';

const rows: readonly ExplainedRow[] = [
  [
    'a key of another issuer',
    [aStatement({ Condition: { StringEquals: { [otherSub]: app } } })],
    'deny',
    { line: 1, column: 338 },
    [
      '  because Statement[0]: StringEquals on <other issuer>:sub wants "<subject>": the token is of issuer <issuer>: it has no key of <other issuer>; StringEquals is false for an absent key',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringEquals on <other issuer>:sub wants "<subject>": the token is of issuer <issuer>: it has no key of <other issuer>; StringEquals is false for an absent key',
      '      likely slip: the key names another issuer: write <issuer>:sub for this one',
    ],
  ],
  [
    'a negated test on a key of another issuer',
    [aStatement({ Condition: { StringNotEquals: { [otherSub]: app } } })],
    'allow',
    { line: 1, column: 38 },
    [
      '  because Statement[0] allows it',
      'Statement[0] (Allow, line 1): applies',
      '  yes line 1: StringNotEquals on <other issuer>:sub wants "<subject>": the token is of issuer <issuer>: it has no key of <other issuer>; StringNotEquals is true for an absent key',
    ],
  ],
  [
    'an absent key of undocumented meaning',
    [aStatement({ Condition: { 'ForAnyValue:StringEqualsIfExists': { [otherSub]: app } } })],
    'unknown',
    { line: 1, column: 283 },
    [
      '  because Statement[0]: ForAnyValue:StringEqualsIfExists on <other issuer>:sub: the token is of issuer <issuer>: it has no key of <other issuer>; ForAnyValue:StringEqualsIfExists on an absent key is not documented',
      'Statement[0] (Allow, line 1): may apply',
      '  ?   line 1: ForAnyValue:StringEqualsIfExists on <other issuer>:sub wants "<subject>": the token is of issuer <issuer>: it has no key of <other issuer>; ForAnyValue:StringEqualsIfExists on an absent key is not documented',
    ],
  ],
  [
    'Null on a key that is there',
    [aStatement({ Condition: { Null: { [sub]: 'true' } } })],
    'deny',
    { line: 1, column: 330 },
    [
      '  because Statement[0]: Null on <issuer>:sub wants "true", the token has "<subject>": the request carries the key',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: Null on <issuer>:sub wants "true", the token has "<subject>": the request carries the key',
    ],
  ],
  [
    'Null on a claim that tokens do not have',
    [aStatement({ Condition: { Null: { [`${P}:amr`]: 'false' } } })],
    'deny',
    { line: 1, column: 330 },
    [
      '  because Statement[0]: Null on <issuer>:amr wants "false": a service account’s token carries no :amr; Null is false for an absent key',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: Null on <issuer>:amr wants "false": a service account’s token carries no :amr; Null is false for an absent key',
    ],
  ],
  [
    'Null on a key that depends on the network',
    [aStatement({ Condition: { Null: { 'aws:SourceIp': 'false' } } })],
    'unknown',
    { line: 1, column: 255 },
    [
      '  because Statement[0]: Null on aws:SourceIp: it depends on where the pod’s request comes from',
      'Statement[0] (Allow, line 1): may apply',
      '  ?   line 1: Null on aws:SourceIp wants "false": it depends on where the pod’s request comes from',
    ],
  ],
  [
    'a value that the SDK chooses',
    [aStatement({ Condition: { StringEquals: { 'sts:RoleSessionName': 'x' } } })],
    'unknown',
    { line: 1, column: 263 },
    [
      '  because Statement[0]: StringEquals on sts:RoleSessionName: the pod’s SDK chooses the session name',
      'Statement[0] (Allow, line 1): may apply',
      '  ?   line 1: StringEquals on sts:RoleSessionName wants "x": the pod’s SDK chooses the session name',
    ],
  ],
  [
    'an address',
    [aStatement({ Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })],
    'unknown',
    { line: 1, column: 260 },
    [
      '  because Statement[0]: IpAddress on aws:SourceIp: it depends on where the pod’s request comes from',
      'Statement[0] (Allow, line 1): may apply',
      '  ?   line 1: IpAddress on aws:SourceIp wants "192.0.2.0/24": it depends on where the pod’s request comes from',
    ],
  ],
  [
    'ArnLike on a subject',
    [aStatement({ Condition: { ArnLike: { [sub]: '*' } } })],
    'unknown',
    { line: 1, column: 258 },
    [
      '  because Statement[0]: ArnLike on <issuer>:sub: what ArnLike makes of a value that is no ARN is not documented',
      'Statement[0] (Allow, line 1): may apply',
      '  ?   line 1: ArnLike on <issuer>:sub wants "*", the token has "<subject>": what ArnLike makes of a value that is no ARN is not documented',
    ],
  ],
  [
    'NumericEquals on a subject',
    [aStatement({ Condition: { NumericEquals: { [sub]: '1' } } })],
    'unknown',
    { line: 1, column: 264 },
    [
      '  because Statement[0]: NumericEquals on <issuer>:sub: what NumericEquals makes of these values is not documented (the token’s subject)',
      'Statement[0] (Allow, line 1): may apply',
      '  ?   line 1: NumericEquals on <issuer>:sub wants "1", the token has "<subject>": what NumericEquals makes of these values is not documented (the token’s subject)',
    ],
  ],
  [
    'an operator that does not exist',
    [aStatement({ Condition: { StringEqual: { [sub]: app } } })],
    'unknown',
    { line: 1, column: 262 },
    [
      '  because Statement[0]: StringEqual on <issuer>:sub: "StringEqual" is not a condition operator that IAM documents',
      'Statement[0] (Allow, line 1): may apply',
      '  ?   line 1: StringEqual on <issuer>:sub wants "<subject>": "StringEqual" is not a condition operator that IAM documents',
    ],
  ],
  [
    'a scheme in the key',
    [aStatement({ Condition: { StringEquals: { [`https://${sub}`]: app } } })],
    'deny',
    { line: 1, column: 346 },
    [
      '  because Statement[0]: StringEquals on https://<issuer>:sub wants "<subject>": a condition key never begins with a scheme: the token has no such key; StringEquals is false for an absent key',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringEquals on https://<issuer>:sub wants "<subject>": a condition key never begins with a scheme: the token has no such key; StringEquals is false for an absent key',
      '      likely slip: the key begins with a scheme: write <issuer>:sub',
    ],
  ],
  [
    'an ARN in the key',
    [aStatement({ Condition: { StringEquals: { [`${provider}:sub`]: app } } })],
    'deny',
    { line: 1, column: 378 },
    [
      '  because Statement[0]: StringEquals on <provider>:sub wants "<subject>": a condition key is never an ARN: the token has no such key; StringEquals is false for an absent key',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringEquals on <provider>:sub wants "<subject>": a condition key is never an ARN: the token has no such key; StringEquals is false for an absent key',
      '      likely slip: the key begins with the provider’s ARN: write <issuer>:sub',
    ],
  ],
  [
    'a key that nothing has',
    [aStatement({ Condition: { StringEquals: { x: app } } })],
    'deny',
    { line: 1, column: 267 },
    [
      '  because Statement[0]: StringEquals on x wants "<subject>": the request has no such key; StringEquals is false for an absent key',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringEquals on x wants "<subject>": the request has no such key; StringEquals is false for an absent key',
    ],
  ],
  [
    'a claim that tokens do not have',
    [aStatement({ Condition: { StringEquals: { [`${P}:email`]: app } } })],
    'deny',
    { line: 1, column: 340 },
    [
      '  because Statement[0]: StringEquals on <issuer>:email wants "<subject>": a service account’s token carries no :email; StringEquals is false for an absent key',
      'Statement[0] (Allow, line 1): does not apply',
      '  no  line 1: StringEquals on <issuer>:email wants "<subject>": a service account’s token carries no :email; StringEquals is false for an absent key',
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
