import type { Examples } from '../../support/rule-examples.ts';
import { patternExamples } from './pattern-examples.ts';

/** Worlds in which the verdict of `trust-any-service-account-in-namespace` is known. */
export const examples: Examples = patternExamples('all of one namespace', 'system:serviceaccount:checkout:*');
