import type { Io } from './io.ts';

/** The name that a person typed: kubectl starts a program `kubectl-irsa` on PATH as `kubectl irsa` (Kubernetes, "Extend
 *  kubectl with plugins"). */
export const programName = ({ calledAs = '' }: Pick<Io, 'calledAs'>): string =>
  /^kubectl-irsa(?:\.[a-z]+)?$/i.test(calledAs) ? 'kubectl irsa' : 'irsa-auditor';
