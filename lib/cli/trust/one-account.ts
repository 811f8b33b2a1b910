/** Whether one service account may assume a role, as `who-can-assume --service-account` answers it. */
import type { SmallestChange } from '../../fixes/minimal-grant.ts';
import {
  completeQuestion,
  decide,
  decideUnder,
  environmentOf,
  explainDecision,
  type Policy,
  providersIn,
  subjectOf,
  type WebIdentityRequest,
} from '../../policy.ts';
import { visible } from '../../text.ts';
import type { Io } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { askedIssuer } from './asked-issuers.ts';
import { readControlPolicies } from './control-policy-option.ts';
import {
  issuerOption,
  type PolicyOptions,
  roleArnOption,
  type SourcedPolicy,
  serviceAccountOption,
  sourcePolicy,
} from './policy-source.ts';

/** The options of a question about one service account. */
export interface AccountOptions extends PolicyOptions {
  readonly issuer?: string;
  readonly serviceAccount?: string;
  readonly namespace?: string;
  readonly audience: string;
  readonly roleArn?: string;
  readonly controlPolicy?: readonly string[];
  readonly json?: boolean;
}

/** Loaded where a request is denied: what makes commands takes longer to load than a decision takes. */
const smallestChange = async () => (await import('../../fixes/minimal-grant.ts')).minimalGrant;

/** Writes the answer. Exit code 0 allow, 1 deny, 3 unknown. */
export const answerOne = async (options: AccountOptions, io: Io): Promise<void> => {
  const { namespace, name } = serviceAccountOption(options.serviceAccount, options.namespace);
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
