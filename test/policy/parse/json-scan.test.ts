import { describe, expect, test } from '@jest/globals';
import { quote } from '../../../lib/policy/parse/json-members.ts';
import { type JsonNode, locator, scanJson } from '../../../lib/policy.ts';
import { fc } from '../../support/properties.ts';
import { casesOf } from '../../support/sample.ts';

const depth = 32;

/** The value of a node as JSON.parse gives it. */
const plainValue = (node: JsonNode): unknown => {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, plainValue(value)]));
    case 'array':
      return node.items.map(plainValue);
    case 'string':
      return node.text;
    default:
      return JSON.parse(node.text);
  }
};

const parsed = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};

/** Every node's own text is the JSON of its value: its place and end are right. */
const checkPlaces = (node: JsonNode, text: string): void => {
  expect(JSON.parse(text.slice(node.at, node.end))).toEqual(plainValue(node));
  for (const item of node.kind === 'array' ? node.items : []) checkPlaces(item, text);
  for (const { key, at, value } of node.kind === 'object' ? node.members : []) {
    expect(text.slice(at)).toMatch(/^"/);
    expect(text.slice(at, value.at)).toContain(':');
    expect(JSON.parse(text.slice(at, text.lastIndexOf(':', value.at)).trim())).toBe(key);
    checkPlaces(value, text);
  }
};

const anyJson = fc.jsonValue({ maxDepth: 4 });
const anySpace = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });

describe('strict JSON', () => {
  test('is read as JSON.parse reads it, with places', () => {
    fc.assert(
      fc.property(anyJson, fc.constantFrom(undefined, 1, '\t'), anySpace, (value, indent, space) => {
        const text = `${space}${JSON.stringify(value, null, indent)}${space}`;
        const scan = scanJson(text, depth);
        expect(scan.ok && plainValue(scan.root)).toEqual(JSON.parse(text));
        if (scan.ok) checkPlaces(scan.root, text);
      }),
      { numRuns: 300 },
    );
  });

  test('is told from what is none as JSON.parse tells it', () => {
    const pieces = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '"a"',
        'a',
        '\\',
        '\\u00e9',
        '\\x',
        ' ',
        '\n',
        '0',
        '1',
        '-',
        '.',
        'e',
        '+',
      ],
      ...['true', 'false', 'null', 'tru', '\u0001', '\u00a0', '\ud800', '1.5', '01', '-0', '1e5', '{"a":', '[1,', '//'],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 7 }), parts => {
        const text = parts.join('');
        const expected = parsed(text);
        const scan = scanJson(text, depth);
        expect(scan.ok).toBe(expected !== undefined);
        if (scan.ok) expect(plainValue(scan.root)).toEqual(expected?.value);
        else expect([scan.message, scan.at <= text.length]).toEqual([expect.stringMatching(/\w{3}/), true]);
      }),
      { numRuns: casesOf(1000) },
    );
  });

  test.each([
    ['1', 'number'],
    ['-0.5e-7', 'number'],
    ['true', 'boolean'],
    ['false', 'boolean'],
    ['null', 'null'],
    ['"x"', 'string'],
  ])('%s is a %s and keeps its text', (text, kind) => {
    const expected = kind === 'string' ? 'x' : text;
    expect(scanJson(` ${text} `, depth)).toEqual({
      ok: true,
      root: { kind, text: expected, at: 1, end: 1 + text.length },
    });
  });

  test.each([
    ['[[]]', 2, true],
    ['[[]]', 1, false],
    ['{"a":{}}', 2, true],
    ['{"a":{}}', 1, false],
    ['[{}]', 1, false],
    ['{"a":[]}', 1, false],
    ['[]', 0, false],
    ['1', 0, true],
  ])('%s within %d levels: %s', (text, levels, ok) => {
    expect(scanJson(text, levels).ok).toBe(ok);
  });

  test('keys that stand twice are both there', () => {
    const scan = scanJson('{"a":1,"a":2}', depth);
    expect(scan.ok && scan.root.kind === 'object' ? scan.root.members.map(({ key, at }) => [key, at]) : []).toEqual([
      ['a', 1],
      ['a', 7],
    ]);
  });

  test.each([
    ['/', 'expected a JSON value, got "/"'],
    ['/*', 'expected a JSON value, got a comment: JSON has no comments'],
    ['#', 'expected a JSON value, got a comment: JSON has no comments'],
    ['\u{1f600}', 'expected a JSON value, got "\u{1f600}"'],
    ['\u001f', 'expected a JSON value, got U+001F'],
    [' ', 'expected a JSON value, got the end of the text'],
  ])('%j is told by what was seen', (text, message) => {
    expect(scanJson(text, depth)).toMatchObject({ ok: false, message });
  });
});

describe('places', () => {
  test('count lines and columns from 1', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\u{1f600}'), maxLength: 30 }), text => {
        const locate = locator(text);
        for (let offset = 0; offset <= text.length; offset += 1) {
          const before = text.slice(0, offset).split('\n');
          expect(locate(offset)).toEqual({ line: before.length, column: (before.at(-1) ?? '').length + 1 });
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a name in a message', () => {
  test.each([
    ['a"b\n', '"a\\"b\\n"'],
    ['\ud800', '"\ufffd"'],
    ['x'.repeat(120), `"${'x'.repeat(120)}"`],
    ['x'.repeat(121), `"${'x'.repeat(117)}..."`],
  ])('%j', (text, shown) => {
    expect(quote(text)).toBe(shown);
  });
});
