import { type ArticleStep, articleSteps } from '../model/finding.ts';
import type { IdentityGraph } from './graph-model.ts';

/** How far one step of the article was checked. */
export interface StepCoverage {
  readonly step: ArticleStep;
  /** In how many clusters its facts were read whole. */
  readonly checked: number;
  /** In how many they were not asked for. */
  readonly notAskedFor: number;
  /** In how many they could not be read. */
  readonly unread: number;
}

/** What an audit looked at, step by step, whatever it found there. */
export const stepCoverageOf = ({ nodes }: IdentityGraph): readonly StepCoverage[] => {
  const clusters = nodes.filter(({ kind }) => kind === 'cluster');
  return articleSteps.map(step => {
    const states = clusters.map(({ unread }) => unread?.[step]);
    const count = (wanted: (typeof states)[number]) => states.filter(state => state === wanted).length;
    return { step, checked: count(undefined), notAskedFor: count('not-asked-for'), unread: count('unread') };
  });
};
