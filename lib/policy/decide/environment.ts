import { parseArn, providerArn, stripScheme } from '../../model.ts';
import type { Policy, PolicyProblem } from '../parse/policy.ts';
import { refusalsOf } from '../parse/refused.ts';
import type { KeyFact } from './key-fact.ts';
import type { WebIdentityRequest } from './request.ts';

/** Everything of a request but the subject: what a set of subjects is computed for. */
export type TrustContext = Omit<WebIdentityRequest, 'subject'>;

/** The environment of a statement's evaluation. Without `subject` the result is a formula over it. */
export interface Environment {
  readonly subject: string | undefined;
  readonly audience: string;
  readonly roleTags: Readonly<Record<string, string>> | undefined;
  /** The issuer without scheme: exact case, as provider ARNs have it. */
  readonly host: string;
  /** Prefix of the token's condition keys, lower-cased: key names are not case-sensitive (§A.2). */
  readonly keyPrefix: string;
  /** The provider that STS looks for: in the role's own account and partition (§A.1). */
  readonly provider: string;
  readonly accountId: string;
  /** Policy variables are active: only with `"Version": "2012-10-17"` (§A.5). */
  readonly variables: boolean;
  /** The instant of the request, in milliseconds since 1970; undefined where no clock was handed in. */
  readonly now: number | undefined;
  /** The keys that the caller's request carries, in lower case: they come before those of a pod's request. */
  readonly keys?: (name: string) => KeyFact | undefined;
  /** Why IAM refuses the policy as it stands: none of its statements is decided then. */
  readonly refusals: readonly PolicyProblem[];
  /** Whether the policy may allow the caller an action that a request needs beside its own, such as sts:TagSession. */
  readonly mayAllow: (action: string) => boolean;
}

/** The parts of a policy that its statements are evaluated with. */
type PolicyFrame = Pick<Policy, 'version' | 'problems'>;

/** The environment of a request (or of all subjects) for a policy; without one, for a policy without version. */
export const environmentOf = (
  context: TrustContext & { readonly subject?: string },
  policy: PolicyFrame = { problems: [] },
): Environment => {
  const host = stripScheme(context.issuer);
  const arn = parseArn(context.roleArn);
  const accountId = arn?.accountId ?? '';
  return {
    subject: context.subject,
    audience: context.audience,
    roleTags: context.roleTags,
    host,
    keyPrefix: `${host.toLowerCase()}:`,
    provider: providerArn(arn?.partition ?? 'aws', accountId, host),
    accountId,
    variables: policy.version === '2012-10-17',
    now: instantOf(context.now),
    refusals: refusalsOf(policy),
    mayAllow: () => true,
  };
};

const instantOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
};

/** The environment of all subjects at once, whatever else the context carries. */
export const environmentOfAll = (context: TrustContext, policy?: PolicyFrame): Environment => ({
  ...environmentOf(context, policy),
  subject: undefined,
});
