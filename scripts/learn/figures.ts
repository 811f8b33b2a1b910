/** Figures over answers to reports: how often the true cause is first, or among three, and the log-loss. */
import { type CauseId, causeOf } from '../../lib/explain/causes/catalogue.ts';
import type { Share } from '../../lib/explain/model/classify.ts';
import type { Asked } from './cross-validate.ts';

/** Figures over some answers. `first`, `three`: shares of the reports. `logLoss`: the mean of the negative logarithm of the share
 *  that the true cause had. */
export interface Figures {
  readonly count: number;
  readonly first: number;
  readonly three: number;
  readonly logLoss: number;
}

const least = 1e-6;

const shareOf = (shares: readonly Share[], cause: string): number =>
  Math.max(least, shares.find(({ id }) => id === cause)?.share ?? 0);

/** True if the answer is that the text is not about the role of a pod, whatever else it is about. */
const isOther = (id: CauseId): boolean => !['pod', 'node'].includes(causeOf(id).identity ?? 'pod');

/** The figures of some answers. Of a text about another matter any cause of another matter is right. */
export const figuresOf = (asked: readonly Asked[]): Figures => {
  const isRight = ({ cause }: Asked['report'], id: CauseId): boolean => id === cause || (isOther(cause) && isOther(id));
  const part = (places: number): number =>
    asked.filter(({ report, shares }) => shares.slice(0, places).some(({ id }) => isRight(report, id))).length /
    asked.length;
  const loss = asked.reduce((sum, { report, shares }) => sum - Math.log(shareOf(shares, report.cause)), 0);
  return { count: asked.length, first: part(1), three: part(3), logLoss: loss / asked.length };
};

/** Answers about pods, and about other matters. */
export const isAboutPods = ({ report }: Asked): boolean => !isOther(report.cause);
