import { Command } from 'commander';
import type { SmallestChange } from '../../fixes/minimal-grant.ts';
import { decide } from '../../policy/decide/decide.ts';
import { completeQuestion, providersIn } from '../../policy/decide/default-context.ts';
import { environmentOf } from '../../policy/decide/environment.ts';
import { defaultAudience, subjectOf, type WebIdentityRequest } from '../../policy/decide/request.ts';
import { explainDecision } from '../../policy/explain/explain-decision.ts';
import type { Policy } from '../../policy/parse/policy.ts';
import { decideUnder } from '../../policy/who/under-control.ts';
import { visible } from '../../text/visible-text.ts';
import type { Io } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { askedIssuer } from '../trust/asked-issuers.ts';
import { controlPolicyOption, readControlPolicies } from '../trust/control-policy-option.ts';
import {
  issuerOption,
  type PolicyOptions,
  roleArnOption,
  type SourcedPolicy,
  serviceAccountOption,
  sourcePolicy,
} from '../trust/policy-source.ts';

interface Options extends PolicyOptions {
  readonly issuer?: string;
  readonly serviceAccount?: string;
  readonly audience: string;
  readonly roleArn?: string;
  readonly controlPolicy?: readonly string[];
  readonly json?: boolean;
  readonly batch?: boolean;
}

/** `can-assume`: may this service account assume the role? Exit code 0 allow, 1 deny, 3 unknown. */
export const canAssume = (io: Io): Command =>
  new Command('can-assume')
    .option('--policy <file>', 'the trust policy; - for standard input')
    .option('--role <name>', 'read the trust policy of this role from the account instead')
    .option('--issuer <url>', 'the cluster’s issuer (default: that of the only cluster that the policy trusts)')
    .option('--service-account <namespace/name>', 'the service account')
    .option('--audience <audience>', 'the token’s audience', defaultAudience)
    .option('--role-arn <arn>', 'the role (default: a role in the provider’s account)')
    .option(...controlPolicyOption)
    .option('--profile <name>', 'AWS profile, with --role')
    .option('--region <region>', 'AWS region, with --role')
    .option('--json', 'the decision as JSON')
    .option('--batch', 'read questions as JSON lines from standard input, answer one line each')
    .addHelpText('after', '\nExit codes: 0 allow or --batch, 1 deny, 2 usage, 3 unknown or not read.')
    .action(async (options: Options) => {
      if (options.batch) await (await import('../trust/batch.ts')).answerBatch(io.stdin, io.stdout, io.now());
      else await answerOne(options, io);
    });

/** Loaded where a request is denied: what makes commands takes longer to load than a decision takes. */
const smallestChange = async () => (await import('../../fixes/minimal-grant.ts')).minimalGrant;

const answerOne = async (options: Options, io: Io): Promise<void> => {
  const { namespace, name } = serviceAccountOption(options.serviceAccount);
  const issuer = issuerOption(options.issuer);
  const roleArn = roleArnOption(options.roleArn);
  const source = await sourcePolicy(options, io);
  if (!source) return;
  const asked = { issuer: askedIssuer(source.policy, issuer, io), roleArn };
  const request = requestFor(source, asked, subjectOf(namespace, name), options.audience, io.now());
  const named = roleArn ?? source.roleArn;
  const controls = await readControlPolicies(options.controlPolicy, named, io);
  const byTrust = decide(source.policy, request);
  const decision = decideUnder(byTrust, controls, request);
  const change =
    byTrust.decision === 'deny' && trusts(source.policy, request)
      ? (await smallestChange())(source.policy, source.text, request)
      : undefined;
  const isNamed = named !== undefined;
  const looked = controls.length > 0 ? 'evaluated' : 'not evaluated';
  const output = options.json
    ? jsonAnswer({
        ...decision,
        request,
        controlPolicies: looked,
        ...(change ? { minimalGrant: shown(change, isNamed) } : {}),
      })
    : `${[...explainDecision(decision, request, looked), ...changeLines(change, isNamed)].join('\n')}\n`;
  io.stdout.write(output);
  io.exit(decision.decision === 'allow' ? 0 : decision.decision === 'deny' ? 1 : 3);
};

/** The policy names the token's provider. Where it does not, a change would trust another principal: nothing is advised. */
const trusts = (policy: Policy, request: WebIdentityRequest): boolean =>
  providersIn(policy).some(({ arn }) => arn === environmentOf(request).provider);

const requestFor = (
  source: SourcedPolicy,
  given: { readonly issuer: string; readonly roleArn: string | undefined },
  subject: string,
  audience: string,
  now: string,
): WebIdentityRequest => ({
  ...completeQuestion(source.policy, { issuer: given.issuer, roleArn: given.roleArn ?? source.roleArn }),
  subject,
  audience,
  now,
  ...(source.roleTags ? { roleTags: source.roleTags } : {}),
});

/** Without the role's name there is no command that could be pasted. */
const shown = (change: SmallestChange, isNamed: boolean): Partial<SmallestChange> => {
  const { kind, summary, policyDocument, command } = change;
  return isNamed ? { kind, summary, policyDocument, command } : { kind, summary, policyDocument };
};

const changeLines = (change: SmallestChange | undefined, isNamed: boolean): readonly string[] => {
  if (!change) return [];
  const how = isNamed ? change.command : change.policyDocument;
  return ['', `To trust exactly this service account, ${visible(change.summary)}:`, how];
};
