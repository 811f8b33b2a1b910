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

const at = '2026-11-01T06:00:00.000Z';
test.each<readonly [string, readonly string[], readonly string[]]>([
  ['a line with a time begins a record', [`${at} a`, 'b', `${at} c`], [`${at} a b`, `${at} c`]],
  ['so does a level', ['ERROR: a', 'b', 'WARN: c'], ['ERROR: a b', 'WARN: c']],
  ['a frame goes on, though each line has a time', [`${at} a`, `${at} \tat b`], [`${at} a ${at} at b`]],
  ['and so does a cause', [`${at} a`, `${at} Caused by: b`], [`${at} a ${at} Caused by: b`]],
  ['a level that goes on', ['ERROR: a', '  status code: 403'], ['ERROR: a status code: 403']],
  [
    'the name of a pod is no text of a line',
    ['[pod/a/b] ERROR: a', '[pod/a/b] ERROR: b'],
    ['[pod/a/b] ERROR: a', '[pod/a/b] ERROR: b'],
  ],
  ['of lines without either all are one', ['a', 'b', 'c'], ['a b c']],
])('records: %s', (_, lines, records) => {
  expect(recordsOf(lines.join('\n')).map(({ readings }) => readings[0])).toEqual(records);
});
