import { Command } from 'commander';
import { defaultAudience } from '../../policy.ts';
import { visible } from '../../text.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { moreOptions, ownHeading, sharedHeadings } from '../shell/shared-options.ts';
import { controlPolicyOption } from '../trust/control-policy-option.ts';
import type { EveryoneOptions } from '../trust/everyone-who.ts';
import type { AccountOptions } from '../trust/one-account.ts';

type Options = EveryoneOptions & AccountOptions & { readonly batch?: boolean };

/** `who-can-assume`: everyone who may assume the role, or whether one service account may. Modules that make commands take longer to
 *  load than a decision takes: each answer loads its own part. */
export const whoCanAssume = (io: Io): Command =>
  new Command('who-can-assume')
    .argument('[role...]', 'the role: role/NAME or role NAME, as --role NAME')
    .option('--policy <file>', 'the trust policy; - for standard input')
    .option('--role <name>', 'read the trust policy of this role from the account instead')
    .option('--service-account <namespace/name>', 'only this one: whether it may, and why')
    .option('-n, --namespace <name>', 'only the service accounts of this namespace')
    .option('--issuer <url>', 'the cluster’s issuer (default: those of all clusters that the policy trusts)')
    .option('--audience <audience>', 'the token’s audience', defaultAudience)
    .option('--role-arn <arn>', 'the role (default: a role in the provider’s account)')
    .option(
      '--accounts <file>',
      'existing accounts: namespace/name lines, JSON, or kubectl get serviceaccounts -A -o json',
    )
    .option('--context <name>', 'existing accounts: those of the cluster of this kubeconfig context')
    .option('--kubeconfig <file>', 'the kubeconfig of --context')
    .option(...controlPolicyOption)
    .optionsGroup(sharedHeadings.accounts)
    .option('--profile <name>', 'AWS profile, with --role')
    .option('--region <region>', 'AWS region, with --role')
    .option('--config <file>', 'the zone of trust of this configuration')
    .optionsGroup(ownHeading)
    .option('--json', 'the answer as JSON')
    .option('--batch', 'read questions as JSON lines from standard input, answer one line each')
    .addHelpText('after', moreOptions)
    .addHelpText(
      'after',
      '\nExit codes: 0 known or --batch, 2 usage, 3 unknown or not read.\nWith --service-account: 0 allow, 1 deny.',
    )
    .action(async (words: readonly string[], typed: Options) => {
      const options = words.length === 0 ? typed : { ...typed, role: roleIn(words, typed) };
      if (options.batch) await (await import('../trust/batch.ts')).answerBatch(io.stdin, io.stdout, io.now());
      else if (options.serviceAccount !== undefined)
        await (await import('../trust/one-account.ts')).answerOne(options, io);
      else await (await import('../trust/everyone-who.ts')).answerEveryone(options, io);
    });

/** The role that `role/cart`, `role cart` or `cart` names. Throws `UsageError`. */
const roleIn = (words: readonly string[], { role, policy, batch }: Options): string => {
  const name = /^(?:role[/ ])?(\S+)$/.exec(words.join(' '))?.[1];
  if (name === undefined || (role ?? policy) !== undefined || batch)
    throw new UsageError(
      `who-can-assume: got "${visible(words.join(' '))}", wanted one of role/NAME, --role NAME, --policy FILE and --batch`,
    );
  return name;
};
