import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** Words that make a reader stop, and the plain one in their place: docs/glossary.md prints the same table. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\banew\b/i, 'again, create, restart'],
  [/\bheed(s|ed|ing)?\b/i, 'use, read'],
  [/\bvouch(es|ed|ing)?\b/i, 'issued by, trusted'],
  [/\b(of|no) use of\b|\bof no use\b/i, 'not used, not needed'],
  [/\bwhich there is not\b/i, 'unknown, not found'],
  [/\black(s|ing)? a fact\b/i, 'data missing'],
  [/\ball is well\b/i, 'healthy'],
  [/\bwish(es)?\b/i, 'filter, request'],
  [/\bwhom\b/i, 'who, which'],
  [/\b(is|are|be|being) let in\b|\blet(s|ting)?( \w+){0,2} in\b(?!\s+\w+(:|'))/i, 'allow, trust'],
];

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter(file => /\.(ts|md)$/.test(file) || file === 'package.json')
  // A generated file is made of sources that are read here.
  .filter(
    file => file !== 'test/project/words.test.ts' && !/^docs\/glossary\.md$|\/pasted-|\.generated\.ts$/.test(file),
  );

const linesWith = (word: RegExp): readonly string[] =>
  files.flatMap(file =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, at) => (word.test(line) ? [`${file}:${at + 1}: ${line.trim().slice(0, 100)}`] : [])),
  );

test('there are sources and docs to read', () => {
  expect(files.length).toBeGreaterThan(600);
});

test.each(refused)('no source, page or test says %s', word => {
  expect(linesWith(word)).toEqual([]);
});

test.each(refused)('the glossary says what to write in place of %s', (_word, plain) => {
  expect(readFileSync('docs/glossary.md', 'utf8')).toContain(plain);
});

/** Comments of sources, and pages without their code. */
const proseOf = (file: string): readonly string[] => {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.md')) return [text.replace(/```[\s\S]*?```/g, '')];
  const comments = /\/\*\*?([\s\S]*?)\*\/|(?:^|[\s;{(,])\/\/(?!\/)([^\n]*(?:\n\s*\/\/[^\n]*)*)/gm;
  return [...text.matchAll(comments)].map(([, block, lines]) =>
    (block ?? lines ?? '').replace(/\n\s*(\*|\/\/) ?/g, '\n').trim(),
  );
};

/** A sentence names its subject first: one that begins with "What" or "That" keeps the reader waiting for it. */
const begins = /(?:^|[.!:]["')]*\s+|\n\s*\n\s*|\n\s*[-*]\s+|\|\s*)((?:What|That)\b(?!')[^.?!]*\??)/g;
const mostSuch = 60;

test('hardly a sentence of comments and pages begins with What or That', () => {
  const such = files.flatMap(file =>
    proseOf(file).flatMap(prose =>
      [...prose.matchAll(begins)]
        .map(([, sentence = '']) => sentence)
        .filter(sentence => !sentence.endsWith('?'))
        .map(sentence => `${file}: ${sentence.replace(/\s+/g, ' ').slice(0, 100)}`),
    ),
  );
  expect(such.length <= mostSuch ? [] : such).toEqual([]);
});
