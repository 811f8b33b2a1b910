import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** Names of lib that a service of the sandbox may use: none is a rule or a constant of AWS. */
const helpers = new Set(['given']);

/** Files that run the product itself, as CDK's and Lambda's work, and so import it. */
const runsTheProduct = new Set(['sandbox/door/synthesize.ts']);

const files = ['sandbox/aws', 'sandbox/door'].flatMap(root =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(root, name)),
);

const fromLib =
  /(?:import|export)\s+(?:type\s+)?(?:\{([^}]*)\}|[^'{;]*)\s+from\s+'(?:\.\.\/)+lib\/|import\(?\s*'(?:\.\.\/)+lib\//g;
const takenFromLib = (source: string): readonly string[] =>
  [...source.matchAll(fromLib)].flatMap(([, names = '*']) =>
    names
      .split(',')
      .map(name => name.trim())
      .filter(Boolean),
  );

test('what stands for AWS takes no rule and no constant of the product', () => {
  expect(files.length).toBeGreaterThan(50);
  const taken = files
    .filter(file => !runsTheProduct.has(file))
    .flatMap(file => takenFromLib(readFileSync(file, 'utf8')).map(name => ({ file, name })));
  expect(taken.filter(({ name }) => !helpers.has(name))).toEqual([]);
});

test('each exception is used, and every form of import is seen', () => {
  for (const file of runsTheProduct) expect(takenFromLib(readFileSync(file, 'utf8'))).not.toEqual([]);
  expect(takenFromLib("import { a, type B } from '../../lib/x.ts';")).toEqual(['a', 'type B']);
  expect(takenFromLib("import * as all from '../lib/x.ts';\nawait import('../../lib/text.ts');")).toEqual(['*', '*']);
  expect(takenFromLib("import '../../lib/text.ts';")).toEqual(['*']);
});
