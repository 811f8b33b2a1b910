import { PassThrough, Readable, Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { answerBatch, maxLineLength } from '../../../lib/cli/trust/batch.ts';
import { maxPolicyLength } from '../../../lib/policy/parse/decode-policy.ts';
import { aStatement, policyText, S } from '../../support/trust-cases.ts';

const now = '2026-11-01T06:00:00.000Z';
const answered = async (...chunks: readonly Buffer[]): Promise<readonly string[]> => {
  const output = new PassThrough();
  const parts: string[] = [];
  output.on('data', part => parts.push(String(part)));
  await answerBatch(Readable.from(chunks), output, now);
  return parts.join('').split('\n');
};
const policy = policyText();
const ask = (over: object): string => JSON.stringify({ id: 1, policy, sub: `${S}a:b`, ...over });
const unknown = (id: unknown, reason: string): string => JSON.stringify({ id, decision: 'unknown', reasons: [reason] });
/** A policy of so many characters, as the line has it. */
const ofLength = (length: number): object => {
  const made = (Sid: string) => ({ Version: '2012-10-17', Statement: [aStatement({ Sid })] });
  return made('x'.repeat(length - JSON.stringify(made('')).length));
};

test.each<readonly [what: string, line: string, answer: string]>([
  ['no JSON', 'x', unknown(null, 'column 1: expected a JSON value, got "x"')],
  ['a list', '[]', unknown(null, 'the line is no JSON object')],
  ['no subject', ask({ sub: undefined }), unknown(1, 'there is no "sub"')],
  ['a subject that is null', ask({ sub: null }), unknown(1, 'there is no "sub"')],
  ['a subject that is a number', ask({ sub: 5 }), unknown(1, '"sub" is not a string')],
  ['an audience that is a number', ask({ aud: 5 }), unknown(1, '"aud" is not a string')],
  ['an issuer that is a list', ask({ issuer: [] }), unknown(1, '"issuer" is not a string')],
  ['a role that is a number', ask({ roleArn: 5 }), unknown(1, '"roleArn" is not a string')],
  [
    'a role that is no ARN',
    ask({ roleArn: 'arn:aws:iam::1:role/x' }),
    unknown(1, '"roleArn" is "arn:aws:iam::1:role/x", wanted arn:<partition>:iam::<12 digits>:role/<name>'),
  ],
  ['no policy', ask({ policy: null }), unknown(1, 'there is no "policy"')],
  [
    'a policy that is cut off',
    ask({ policy: '{\n "Version": ' }),
    unknown(1, 'the policy cannot be read: line 2, column 13: expected a JSON value, got the end of the text'),
  ],
  [
    'a policy that is too long',
    ask({ policy: ofLength(maxPolicyLength + 1) }),
    unknown(1, `the policy has ${maxPolicyLength + 1} characters; at most ${maxPolicyLength} are read`),
  ],
])('%s', async (_, line, answer) => {
  expect(await answered(Buffer.from(`${line}\n`))).toEqual([answer, '']);
});

test('the longest policy is read, and so is a line without an end', async () => {
  const [answer, ...rest] = await answered(Buffer.from(ask({ policy: ofLength(maxPolicyLength) })));
  expect([JSON.parse(answer ?? '').decision, rest]).toEqual(['allow', ['']]);
});

test('a line that is too long is one line, however many parts it comes in, and the next one is answered', async () => {
  const [some, much] = ['x'.repeat(10), 'x'.repeat(maxLineLength + 1)].map(text => Buffer.from(text));
  const tooLong = unknown(null, `the line is longer than ${maxLineLength} characters`);
  const told = await answered(much ?? Buffer.alloc(0), some ?? Buffer.alloc(0), Buffer.from(`\n${ask({ sub: 5 })}\n`));
  expect(told).toEqual([tooLong, unknown(1, '"sub" is not a string'), '']);
  const longest = 'x'.repeat(maxLineLength);
  expect(await answered(Buffer.from(longest), Buffer.from('\n'))).toEqual([
    unknown(null, 'column 1: expected a JSON value, got "x"'),
    '',
  ]);
});

test('a character that is cut off at the end is told, and does not vanish', async () => {
  const [answer] = await answered(Buffer.from('[]'), Buffer.from('é').subarray(0, 1));
  expect(answer).toMatch(/"column 3: /);
});

test('no further line is read while the reader of the answers is slow', async () => {
  let asked = 0;
  const lines = async function* () {
    for (; asked < 1000; asked += 1) yield Buffer.from('x\n'.repeat(100));
  };
  const taken: (() => void)[] = [];
  const slow = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, next) => void taken.push(next) });
  const all = answerBatch(Readable.from(lines(), { highWaterMark: 1 }), slow, now);
  for (let turns = 0; turns < 50; turns += 1) await new Promise(resolve => setImmediate(resolve));
  expect(asked).toBeLessThan(10);
  slow.destroy(new Error('the reader has gone'));
  await expect(all).rejects.toThrow('the reader has gone');
});
