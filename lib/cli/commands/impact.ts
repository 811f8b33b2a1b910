import { Argument, Command } from 'commander';
import type { Facts } from '../../facts/facts.ts';
import { impactKinds } from '../../impact/impact.ts';
import { renderImpact } from '../../impact/render-impact.ts';
import { impactOf } from '../impact/impact-named.ts';
import { auditSession, type SessionOptions } from '../scan/audit-session.ts';
import type { Io } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { progress } from '../shell/progress.ts';
import { withSessionOptions } from './scan.ts';

interface Options extends SessionOptions {
  readonly cluster?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  $ irsa-auditor impact provider shop         of the cluster shop
  $ irsa-auditor impact cluster shop --all-regions --cloud-trail
  $ irsa-auditor impact role checkout-cart
  $ irsa-auditor impact service-account checkout/cart --cluster shop

A provider is named by its ARN, its issuer or its cluster. The answer is made
from an audit of now. It is yes only where all that could depend on it was read.
Where something was not, it says which option reads it.

Exit codes: 0 safe to delete, 1 not safe, 2 usage or an unknown name,
3 not known.`;

/** `irsa-auditor impact`: what breaks if a provider, a cluster, a role or a service account is deleted. */
export const impactCommand = (io: Io): Command =>
  withSessionOptions(new Command('impact'))
    .addArgument(new Argument('<kind>', 'what is to be deleted').choices(impactKinds))
    .argument('<name>', 'its name or ARN; of a service account namespace/name')
    .option('--cluster <name>', 'the cluster of the service account: name or ARN')
    .option('--json', 'as JSON')
    .addHelpText('after', examples)
    .action((kind: (typeof impactKinds)[number], name: string, options: Options) => impact(kind, name, options, io));

const exitCodes = { yes: 0, no: 1, 'not known': 3 } as const;

const impact = async (kind: (typeof impactKinds)[number], name: string, options: Options, io: Io): Promise<void> => {
  // Nothing but IAM's record covers each way to assume a role.
  const session = kind === 'role' ? { ...options, roleDetails: true } : options;
  const facts = await factsNow({ ...session, workloads: true }, io);
  const answer = impactOf({ kind, name, cluster: options.cluster }, facts, { allRegions: options.allRegions === true });
  io.stdout.write(options.json ? jsonAnswer(answer) : renderImpact(answer));
  io.exit(exitCodes[answer.safeToDelete]);
};

const factsNow = async (options: SessionOptions, io: Io): Promise<readonly Facts[]> => {
  const { tell, done } = progress(io);
  try {
    return (await auditSession(options, io, tell)).facts;
  } finally {
    done();
  }
};
