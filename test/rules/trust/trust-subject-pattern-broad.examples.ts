import type { Examples } from '../../support/rule-examples.ts';
import { patternExamples } from './pattern-examples.ts';

/** Worlds in which the verdict of `trust-subject-pattern-broad` is known. */
export const examples: Examples = patternExamples('a prefix', 'system:serviceaccount:checkout:cart-*');
