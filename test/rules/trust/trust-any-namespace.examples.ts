import type { Examples } from '../../support/rule-examples.ts';
import { patternExamples } from './pattern-examples.ts';

/** Worlds in which the verdict of `trust-any-namespace` is known. */
export const examples: Examples = patternExamples('any namespace', 'system:serviceaccount:*:cart');
