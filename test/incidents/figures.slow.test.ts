import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { catalogue } from '../../lib/explain/causes/catalogue.ts';
import { sharesOf } from '../../lib/explain/model/classify.ts';
import { crossValidated, foldsOf, possibleFor, threadOf } from '../../scripts/learn/cross-validate.ts';
import { figuresOf, isAboutPods } from '../../scripts/learn/figures.ts';
import { exampleOf, reports, told } from '../../scripts/learn/reports.ts';
import { sharpness, train } from '../../scripts/learn/train.ts';

const all = reports();
const learned = all.filter(({ split }) => split === 'train');

describe('the causes that are told of a text', () => {
  const asked = crossValidated(learned, told(), sharpness);

  test('are as often right on threads that were not learned from as they were', () => {
    const { first, three, logLoss } = figuresOf(asked.filter(isAboutPods));
    expect(first).toBeGreaterThanOrEqual(0.6);
    expect(three).toBeGreaterThanOrEqual(0.8);
    expect(logLoss).toBeLessThanOrEqual(2);
  });

  test('are seldom those of another matter, where a pod is asked about', () => {
    const pods = asked.filter(isAboutPods);
    const wrong = pods.filter(({ shares }) => shares[0]?.id.startsWith('other-'));
    expect(wrong.length / pods.length).toBeLessThan(0.02);
  });
});

test('the causes of the seventh round, which nothing was learned from, are as often right as they were', () => {
  const blind = all.filter(({ split, round }) => split === 'held-out' && round === 'seventh');
  const asked = blind.map(report => {
    const { text, messages } = exampleOf(report);
    return { report, shares: sharesOf(text, messages, possibleFor(messages)) };
  });
  const { count, first, three } = figuresOf(asked.filter(isAboutPods));
  expect([blind.length, count]).toEqual([40, 30]);
  expect(first).toBeGreaterThanOrEqual(0.6);
  expect(three).toBeGreaterThanOrEqual(0.8);
});

describe('the labelled reports', () => {
  test('have a cause of the catalogue each, and a text once', () => {
    const ids = new Set<string>(catalogue.map(({ id }) => id));
    expect(all.filter(({ cause }) => !ids.has(cause))).toEqual([]);
    expect(new Set(all.map(({ text }) => text)).size).toBe(all.length);
  });

  test('no thread is learned from and held out, or in two folds', () => {
    const threads = new Set(learned.map(threadOf));
    expect(all.filter(one => one.split === 'held-out' && threads.has(threadOf(one)))).toEqual([]);
    expect(foldsOf(learned, 10).size).toBe(threads.size);
  });
});

describe('the model that ships', () => {
  const file = new URL('../../lib/explain/model/model.json', import.meta.url);

  test('is at most 400 KB', () => expect(readFileSync(file).length).toBeLessThanOrEqual(400 * 1024));

  test('is the same for the same reports', () => {
    const some = told().slice(0, 120);
    expect(JSON.stringify(train(some, [], 1))).toBe(JSON.stringify(train(some, [], 1)));
  });
});
