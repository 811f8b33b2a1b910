import type { Io } from './io.ts';

/** The name that a person typed: kubectl starts a program `kubectl-irsa` on PATH as `kubectl irsa` (Kubernetes, "Extend
 *  kubectl with plugins"). */
export const programName = ({ calledAs = '' }: Pick<Io, 'calledAs'>): string =>
  /^kubectl-irsa(?:\.[a-z]+)?$/i.test(calledAs) ? 'kubectl irsa' : 'irsa-auditor';

/** The words that start this program again. A program that npx starts may not be on PATH; npx says so in the environment (npm,
 *  "scripts"). Without `--no-install` npx would ask a registry for a package of that name outside a checkout. */
export const startedBy = (io: Pick<Io, 'calledAs' | 'env'>): string =>
  io.env.npm_command === 'exec' ? 'npx --no-install irsa-auditor' : programName(io);
