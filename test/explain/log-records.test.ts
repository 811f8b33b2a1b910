import { expect, test } from '@jest/globals';
import { plainText, recordsOf } from '../../lib/explain/log-records.ts';

test.each([
  ['a\u001b[31m red\u001b[0m b', 'a red b'],
  ['│ a │ b ╷╵', ' a b '],
  ['x\n   - | a\n| b', 'x a b'],
  [String.raw`C:\run\token and \\token`, 'C:/run/token and /token'],
  [String.raw`a\nb\\nc\td\r`, 'a b c d '],
  [String.raw`it\u0027s &apos;a&#39; &#x27;b%27`, "it's 'a' 'b'"],
  [String.raw`say \"a\\" &quot;b\&quot; %22c%22`, 'say "a" "b" "c"'],
  ['&lt;Code&gt;', '<Code>'],
  ['a%20b+c 1 + 2', 'a b c 1 + 2'],
  ['\u2018a\u2019s', "'a's"],
  ['a \t\r\n  b', 'a b'],
])('the plain text of %j', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test('the newest five thousand records are read one by one, and all older ones as one', () => {
  const log = (count: number) => Array.from({ length: count }, (_, at) => `ERROR line ${at}`).join('\n');
  expect(recordsOf(log(5000))).toHaveLength(5000);
  const records = recordsOf(log(5002));
  expect(records).toHaveLength(5001);
  expect(records.slice(0, 2).map(({ readings }) => readings[0])).toEqual(['ERROR line 0 ERROR line 1', 'ERROR line 2']);
});
