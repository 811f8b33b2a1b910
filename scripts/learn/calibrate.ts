/** Shares as they are told: how often a cause with such a share was right in reports that the model did not know. */
import { type Calibration, curveAt } from '../../lib/explain/model/classify.ts';
import { type Asked, foldsOf, threadOf } from './cross-validate.ts';

/** Groups of equal size that the first causes of answers are put in. */
const groups = 24;

interface Group {
  readonly count: number;
  readonly share: number;
  readonly right: number;
}

/** The knots of a curve that never falls, from the share of the model for its first cause to the one that is told: isotonic
 *  regression by pooling neighbours that are in the wrong order. */
export const calibrationOf = (asked: readonly Asked[]): Calibration => {
  const pairs = asked
    .flatMap(({ report, shares: [first] }) =>
      first === undefined ? [] : [{ count: 1, share: first.share, right: first.id === report.cause ? 1 : 0 }],
    )
    .sort((a, b) => a.share - b.share);
  const size = Math.ceil(pairs.length / groups);
  const pooled: Group[] = [];
  for (let from = 0; from < pairs.length; from += size) {
    let group = merged(pairs.slice(from, from + size));
    for (let last = pooled.at(-1); last !== undefined && last.right > group.right; last = pooled.at(-1))
      group = merged([pooled.pop() ?? last, group]);
    pooled.push(group);
  }
  const rounded = (number: number): number => Math.round(number * 1000) / 1000;
  return pooled.map(({ share, right }) => [rounded(share), rounded(right)]);
};

/** Groups as one, with the means of their shares. */
const merged = (some: readonly Group[]): Group => {
  const count = some.reduce((sum, one) => sum + one.count, 0);
  const mean = (of: (one: Group) => number): number => some.reduce((sum, one) => sum + of(one) * one.count, 0) / count;
  return { count, share: mean(one => one.share), right: mean(one => one.right) };
};

/** The share that is told of the first cause of an answer, and whether that cause is right. */
export interface Told {
  readonly share: number;
  readonly isRight: boolean;
}

/** The first causes with their shares by a curve of the other half of the reports: no thread is told by itself. */
export const toldOf = (asked: readonly Asked[]): readonly Told[] => {
  const halfOf = foldsOf(
    asked.map(({ report }) => report),
    2,
  );
  const isIn = (half: number, { report }: Asked): boolean => halfOf.get(threadOf(report)) === half;
  return [0, 1].flatMap(half => {
    const knots = calibrationOf(asked.filter(one => !isIn(half, one)));
    return asked
      .filter(one => isIn(half, one))
      .flatMap(({ report, shares: [first] }) =>
        first === undefined ? [] : [{ share: curveAt(first.share, knots), isRight: first.id === report.cause }],
      );
  });
};
