/** Texts of parts beside each other, and what is read of them as lines that are kept. */
import { expect } from '@jest/globals';
import { pairwise } from './pairwise.ts';
import { whole } from './whole/whole.ts';

/** A text and what is read of it. */
export const line = (given: unknown, answer: unknown): string => `${JSON.stringify(given)} > ${JSON.stringify(answer)}`;

/** Compares lines with those that are kept, a few together, so that each of them is shown. */
export const tell = (title: string, lines: readonly string[]): void => {
  expect(lines.length).toBeGreaterThan(3);
  for (let at = 0; at < lines.length; at += 20) whole(`${title} ${at}`, lines.slice(at, at + 20));
};

/** The texts of parts, each form of which stands beside each form of every other part. */
export const texts = (...parts: readonly (readonly string[])[]): readonly string[] =>
  pairwise(Object.fromEntries(parts.map((some, at) => [`${at}`, some]))).map(of =>
    Object.keys(parts)
      .map(at => of[at])
      .join(''),
  );
