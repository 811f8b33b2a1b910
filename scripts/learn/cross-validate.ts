/** Ten folds: each report is asked of a model that learned from the others, and no thread is on both sides. */
import type { CauseId } from '../../lib/explain/causes/catalogue.ts';
import { knownMessages } from '../../lib/explain/messages/known-messages.ts';
import { readModel, type Share, sharesBy } from '../../lib/explain/model/classify.ts';
import { compareText } from '../../lib/text.ts';
import { exampleOf, type Report } from './reports.ts';
import { type Example, train } from './train.ts';

/** A report, and the causes by their share. */
export interface Asked {
  readonly report: Report;
  readonly shares: readonly Share[];
}

const causesOf = new Map(knownMessages.map(({ id, causes, isFrame }) => [id, isFrame ? [] : causes]));

/** The causes that the messages of a text can have. */
export const possibleFor = (messages: readonly string[]): ReadonlySet<CauseId> =>
  new Set(messages.flatMap(id => causesOf.get(id) ?? []));

/** The fold of each thread: those with the most texts first, each to the smallest fold. */
export const foldsOf = (reports: readonly Report[], folds: number): ReadonlyMap<string, number> => {
  const threads = [...Map.groupBy(reports, threadOf)].sort(
    ([a, some], [b, others]) => others.length - some.length || compareText(a, b),
  );
  const sizes = Array.from({ length: folds }, () => 0);
  return new Map(
    threads.map(([thread, list]) => {
      const fold = sizes.indexOf(Math.min(...sizes));
      sizes[fold] = (sizes[fold] ?? 0) + list.length;
      return [thread, fold];
    }),
  );
};

/** Two texts of one thread are of one thread whatever is noted behind its number. */
export const threadOf = ({ source }: Pick<Report, 'source'>): string => (source.split(' ')[0] ?? '').toLowerCase();

/** Asks each report of a model that knows neither it nor its thread. */
export const crossValidated = (
  reports: readonly Report[],
  told: readonly Example[],
  sharpness: number,
  folds = 10,
): readonly Asked[] => {
  const foldOf = foldsOf(reports, folds);
  const examples = new Map(reports.map(report => [report, exampleOf(report)]));
  return Array.from({ length: folds }, (_, fold) => fold).flatMap(fold => {
    const isIn = (report: Report): boolean => foldOf.get(threadOf(report)) === fold;
    const learned = reports.filter(report => !isIn(report)).flatMap(report => examples.get(report) ?? []);
    const model = readModel(train(learned, told, sharpness));
    return reports.filter(isIn).map(report => {
      const { text, messages } = examples.get(report) as Example;
      return { report, shares: sharesBy(model, text, messages, possibleFor(messages)) };
    });
  });
};
