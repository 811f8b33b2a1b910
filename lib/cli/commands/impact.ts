import { Command } from 'commander';
import { impactKinds } from '../../impact/impact.ts';
import { renderImpact } from '../../impact/render-impact.ts';
import { visible } from '../../text.ts';
import { type Asked, impactOf } from '../impact/impact-named.ts';
import { withQuestions } from '../report/asked-report.ts';
import { auditNow } from '../scan/audit-now.ts';
import type { SessionOptions } from '../scan/audit-session.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { unknownName } from '../shell/unknown-name.ts';
import { withSessionOptions } from './scan.ts';

interface Options extends SessionOptions, Omit<Asked, 'kind' | 'name'> {
  readonly json?: boolean;
}

const examples = `
Examples:
  $ irsa-auditor impact provider/shop         of the cluster shop
  $ irsa-auditor impact cluster/shop --all-regions --cloud-trail
  $ irsa-auditor impact role/checkout-cart
  $ irsa-auditor impact sa/cart -n checkout --cluster shop

A provider is named by its ARN, its issuer or its cluster. The answer is made
from an audit of now. It is yes only where all that could depend on it was read.
Where something was not, it says which option reads it.

Exit codes: 0 safe to delete, 1 not safe, 2 usage or an unknown name,
3 not known.`;

/** `irsa-auditor impact`: what breaks if a provider, a cluster, a role or a service account is deleted. */
export const impactCommand = (io: Io): Command =>
  withQuestions(withSessionOptions(new Command('impact')), ['cluster', 'namespace', 'account'])
    .argument('<target...>', `TYPE/NAME or TYPE NAME: ${impactKinds.join(', ')}; its name or ARN`)
    .option('--json', 'as JSON')
    .addHelpText('after', examples)
    .action((words: readonly string[], options: Options) => impact(targetOf(words), options, io));

/** The target that `role/cart`, `role cart` or `sa checkout/cart` names. Throws `UsageError`. */
const targetOf = (words: readonly string[]): Asked => {
  const [, first = '', name = ''] = /^([^/ ]+)[/ ](.+)$/.exec(words.join(' ')) ?? ['', words[0] ?? ''];
  const word = ['sa', 'serviceaccount'].includes(first) ? 'service-account' : first;
  const kind = impactKinds.find(one => one === word);
  if (kind === undefined) throw unknownName('impact', 'kind', first, impactKinds);
  if (name === '' || name.includes(' '))
    throw new UsageError(`impact: got "${visible(words.join(' '))}", wanted ${kind}/NAME`);
  return { kind, name };
};

const exitCodes = { yes: 0, no: 1, 'not known': 3 } as const;

const impact = async ({ kind, name }: Asked, options: Options, io: Io): Promise<void> => {
  // Nothing but IAM's record covers each way to assume a role.
  const session = kind === 'role' ? { ...options, roleDetails: true } : options;
  const { facts } = await auditNow({ ...session, workloads: true }, io);
  const answer = impactOf({ ...options, kind, name }, facts, { allRegions: options.allRegions === true });
  io.stdout.write(options.json ? jsonAnswer(answer) : renderImpact(answer));
  io.exit(exitCodes[answer.safeToDelete]);
};
