import { expect, test } from '@jest/globals';
import { parseActionTable } from '../../lib/reach/action-table.ts';

test('a table has each action with its access and the kinds of resources that it is for', () => {
  const text = [
    ['s3', 'arn:%P:s3:::* arn:%P:s3:::*/*', 'r:ListAllMyBuckets', 'w1:PutObject,DeleteObject', 'r0,1:GetX'].join('\t'),
    ['sqs', '~*', 'w0:SendMessage'].join('\t'),
    ['account', '', 'r:GetA,GetB'].join('\t'),
    ['iam', 'arn:%P:iam::%A:role/* arn:%P:iam:%R:%A:user/*', 'w0:CreateRole', 'w1:CreateUser'].join('\t'),
  ].join('\n');
  const [bucket, object] = [`arn:\${Partition}:s3:::\${Name}`, `arn:\${Partition}:s3:::\${Name}/\${Name}`];
  const [read, write] = ['read', 'write'] as const;
  expect([...parseActionTable(text)]).toEqual([
    [
      's3',
      [
        { name: 's3:ListAllMyBuckets', access: read, shapes: [] },
        { name: 's3:PutObject', access: write, shapes: [object] },
        { name: 's3:DeleteObject', access: write, shapes: [object] },
        { name: 's3:GetX', access: read, shapes: [bucket, object] },
      ],
    ],
    [
      'sqs',
      [{ name: 'sqs:SendMessage', access: write, shapes: [`arn:\${Partition}:sqs:\${Region}:\${Account}:\${Name}`] }],
    ],
    ['account', ['GetA', 'GetB'].map(name => ({ name: `account:${name}`, access: read, shapes: [] }))],
    [
      'iam',
      [
        { name: 'iam:CreateRole', access: write, shapes: [`arn:\${Partition}:iam::\${Account}:role/\${Name}`] },
        {
          name: 'iam:CreateUser',
          access: write,
          shapes: [`arn:\${Partition}:iam:\${Region}:\${Account}:user/\${Name}`],
        },
      ],
    ],
  ]);
});
