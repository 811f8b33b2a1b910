/** The chain from annotation to credentials, one link at a time, like a doctor: the first that breaks ends it. */

import type { AwsClients } from '../../collect/clients.ts';
import { readRole } from '../../collect/iam/iam-account-reader.ts';
import { readProvider } from '../../collect/iam/read-providers.ts';
import type { KubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { readServiceAccount, requestToken } from '../../collect/kubernetes/token-request.ts';
import { assumeWithToken } from '../../collect/sts/assume-with-token.ts';
import { callerIdentity } from '../../collect/targets/caller-identity.ts';
import { causeOf } from '../../explain/causes/catalogue.ts';
import { explainMessage } from '../../explain/explain-message.ts';
import { audienceAsked } from '../../facts/audience-asked.ts';
import { isEksHost } from '../../facts/eks-issuer.ts';
import { roleArnFault, roleArnFaultText } from '../../facts/role-arn-fault.ts';
import { parseArn, providerArn, roleNameOf } from '../../model/arn.ts';
import type { ReadFailure } from '../../model/collected.ts';
import { audienceKey, roleArnKey } from '../../model/irsa-annotation.ts';
import { decide } from '../../policy/decide/decide.ts';
import { defaultAudience, subjectOf } from '../../policy/decide/request.ts';
import { parsePolicy } from '../../policy/parse/parse-policy.ts';
import { withoutTrailingSlashes } from '../../text/without-trailing-slashes.ts';

/** One link. `unread` is not a failure of IRSA: it could not be looked at, and what is missing is said. */
export interface ProofStep {
  readonly step: 'annotation' | 'role' | 'provider' | 'audience' | 'trust' | 'token' | 'sts';
  readonly result: 'ok' | 'failed' | 'unread';
  readonly text: string;
  /** Rules whose findings tell more: `irsa-auditor explain <rule>`. */
  readonly rules?: readonly string[];
}

/** The identity to prove, and the ports of the proof. IAM is read with the ambient credentials; STS is asked with the
 *  token alone. */
export interface ProofParts {
  readonly api: KubernetesApi;
  readonly clients: AwsClients;
  readonly account: { readonly namespace: string; readonly name: string };
  /** The issuer if it is known; without it provider and trust are left to STS. */
  readonly issuer?: string;
  /** URL of the cluster's API. */
  readonly apiUrl?: string;
  /** The instant, ISO 8601. */
  readonly now: string;
}

/** The role that is wanted, and the audience that tokens carry. */
interface Chain {
  readonly roleArn: string;
  readonly audience: string;
}

const failed = (step: ProofStep['step'], text: string, ...rules: readonly string[]): ProofStep => ({
  step,
  result: 'failed',
  text,
  rules,
});
const ok = (step: ProofStep['step'], text: string): ProofStep => ({ step, result: 'ok', text });
const unread = (step: ProofStep['step'], { message, permission }: ReadFailure): ProofStep => ({
  step,
  result: 'unread',
  text: `${message}${permission === undefined ? '' : ` (needs ${permission})`}`,
});

/** Goes through the chain, giving each link as it is known; ends after the first that failed. */
export async function* proofSteps(parts: ProofParts): AsyncGenerator<ProofStep> {
  const chain = await annotationStep(parts);
  yield chain.step;
  if (!chain.found) return;
  const unsafe = unsafeAudience(parts, chain.found);
  if (unsafe !== undefined) {
    yield unsafe;
    return;
  }
  for await (const step of awsSteps(parts, chain.found)) {
    yield step;
    if (step.result === 'failed') return;
  }
  yield* liveSteps(parts, chain.found);
}

/** The step that refuses an audience of the API server; undefined for one that may leave the cluster. */
const unsafeAudience = ({ issuer, apiUrl }: ProofParts, { audience }: Chain): ProofStep | undefined => {
  const unsafe = apiAudienceFault(audience, { issuer, url: apiUrl });
  const text = `the audience ${JSON.stringify(audience)} (annotation ${audienceKey}) ${unsafe}: a token of it would open the cluster to whoever sees it, so none is asked for; STS takes ${defaultAudience}`;
  return unsafe === undefined ? undefined : failed('audience', text, 'service-account-audience-refused');
};

/** The live links alone: a token from the cluster, and the call to STS with it. An audience of the API server itself is
 *  never asked for: that is the step `audience`, and the only one then. */
export async function* liveSteps(parts: ProofParts, chain: Chain): AsyncGenerator<ProofStep> {
  const unsafe = unsafeAudience(parts, chain);
  if (unsafe !== undefined) {
    yield unsafe;
    return;
  }
  const token = await requestToken(parts.api, parts.account, chain.audience);
  if (token.status === 'unavailable') {
    yield unread('token', token.reason);
    return;
  }
  yield ok('token', `the cluster gave a token with audience ${chain.audience}`);
  yield await stsStep(parts, chain.roleArn, token.value);
}

const annotationStep = async (parts: ProofParts): Promise<{ readonly step: ProofStep; readonly found?: Chain }> => {
  const { namespace, name } = parts.account;
  const read = await readServiceAccount(parts.api, namespace, name);
  if (read.status === 'unavailable')
    return {
      step:
        read.reason.kind === 'not-found'
          ? failed('annotation', `service account ${namespace}/${name} does not exist`, 'pod-service-account-gone')
          : unread('annotation', read.reason),
    };
  const roleArn = read.value.annotations[roleArnKey];
  if (roleArn === undefined)
    return {
      step: failed(
        'annotation',
        `service account ${namespace}/${name} has no annotation ${roleArnKey}`,
        'service-account-annotation-mistyped',
      ),
    };
  const fault = roleArnFault(roleArn, undefined);
  if (fault)
    return {
      step: failed(
        'annotation',
        `${JSON.stringify(roleArn)} is not a valid role ARN: ${roleArnFaultText(fault)}`,
        'service-account-role-arn-malformed',
      ),
    };
  const audience = audienceAsked(read.value.annotations);
  return { step: ok('annotation', `${namespace}/${name} names ${roleArn}`), found: { roleArn, audience } };
};

/** Role, provider, audience and trust, as far as IAM may be read. */
async function* awsSteps(parts: ProofParts, { roleArn, audience }: Chain): AsyncGenerator<ProofStep> {
  const foreign = await notOwnAccount(parts.clients, roleArn);
  if (foreign) {
    yield unread('role', foreign);
    return;
  }
  const role = await readRole(parts.clients.iam(), roleNameOf(roleArn));
  if (role.status === 'unavailable') {
    yield role.reason.kind === 'not-found'
      ? failed('role', `the role ${roleArn} does not exist`, 'service-account-role-missing')
      : unread('role', role.reason);
    return;
  }
  if (role.value.arn !== roleArn) {
    yield failed(
      'role',
      `the role is ${role.value.arn}, and the annotation names ${roleArn}`,
      'service-account-role-missing',
    );
    return;
  }
  yield ok('role', `${roleArn} exists`);
  if (parts.issuer === undefined) {
    yield unread('provider', {
      kind: 'not-asked-for',
      operation: 'issuer',
      message: 'the cluster does not tell its issuer: give --issuer',
    });
    return;
  }
  yield* providerSteps(parts, roleArn, parts.issuer, audience);
  yield trustStep(role.value, { ...parts, issuer: parts.issuer }, audience);
}

/** Why the role cannot be looked at: no credentials, or those of another account. */
const notOwnAccount = async (clients: AwsClients, roleArn: string): Promise<ReadFailure | undefined> => {
  const reason = (message: string): ReadFailure => ({ kind: 'not-asked-for', operation: 'iam:GetRole', message });
  try {
    const { accountId } = await callerIdentity(clients.sts());
    return parseArn(roleArn)?.accountId === accountId
      ? undefined
      : reason(`the role is in another account than your credentials (${accountId}): STS will tell`);
  } catch (error) {
    return reason(`not looked at, STS will tell: ${error instanceof Error ? error.message : String(error)}`);
  }
};

async function* providerSteps(
  parts: ProofParts,
  roleArn: string,
  issuer: string,
  audience: string,
): AsyncGenerator<ProofStep> {
  const { partition, accountId } = parseArn(roleArn) ?? { partition: 'aws', accountId: '' };
  const arn = providerArn(partition, accountId, issuer);
  const provider = await readProvider(parts.clients.iam(), arn);
  if (provider.status === 'unavailable') {
    yield provider.reason.kind === 'not-found'
      ? failed(
          'provider',
          `account ${accountId} has no provider for ${issuer}`,
          'cluster-provider-missing',
          'service-account-role-account-lacks-provider',
        )
      : unread('provider', provider.reason);
    return;
  }
  yield ok('provider', `${arn} exists`);
  const { audiences } = provider.value;
  yield audiences.includes(audience)
    ? ok('audience', `the provider takes ${audience}`)
    : failed(
        'audience',
        `the provider takes ${audiences.join(', ') || 'no audience'}, the token will carry ${audience}`,
        'provider-audience-missing',
        'service-account-audience-refused',
      );
}

const trustStep = (
  role: { readonly arn: string; readonly trustPolicy: string; readonly tags: Readonly<Record<string, string>> },
  { issuer, account, now }: Pick<ProofParts, 'account' | 'now'> & { readonly issuer: string },
  audience: string,
): ProofStep => {
  const parsed = parsePolicy(role.trustPolicy);
  if (!parsed.ok)
    return failed('trust', `the trust policy cannot be parsed: ${parsed.problem.message}`, 'trust-policy-unparseable');
  const subject = subjectOf(account.namespace, account.name);
  const { decision, reasons } = decide(parsed.policy, {
    roleArn: role.arn,
    issuer,
    subject,
    audience,
    now,
    roleTags: role.tags,
  });
  const why = reasons[0] ?? '';
  if (decision === 'allow') return ok('trust', `the trust policy trusts ${subject}: ${why}`);
  return decision === 'deny'
    ? failed('trust', `the trust policy does not trust ${subject}: ${why}`, 'service-account-role-not-trusting')
    : { step: 'trust', result: 'unread', text: `what the trust policy decides depends on more than is known: ${why}` };
};

const stsStep = async (parts: ProofParts, roleArn: string, token: string): Promise<ProofStep> => {
  const assumed = await assumeWithToken(parts.clients.sts(), roleArn, token);
  if (assumed.ok) return ok('sts', `STS gave credentials for ${assumed.sessionArn}; they were discarded`);
  if (assumed.words === undefined || ['timed-out', 'unreachable', 'throttled'].includes(assumed.reason.kind))
    return unread('sts', assumed.reason);
  const explained = explainMessage(assumed.words);
  const rules = [...new Set((explained.message?.causes ?? []).flatMap(id => causeOf(id).rules ?? []))];
  const says = explained.message === undefined ? '' : `. ${explained.message.says}`;
  return failed('sts', `STS answered ${assumed.words}${says}`, ...rules);
};

/** The names of the API server of the cluster, as far as they are known. */
interface ApiServer {
  readonly issuer?: string | undefined;
  /** Its URL in the kubeconfig. */
  readonly url?: string | undefined;
}

/**
 * Why a token of this audience must not leave the cluster; undefined where it may. A token that the API server itself
 * accepts is the service account's credential for the cluster: whoever gets it, STS's logs included, is that service
 * account. An empty audience stands for the API server's own, which are its issuer by default and
 * `https://kubernetes.default.svc` on EKS (Kubernetes, kube-apiserver `--api-audiences`). Other values of the flag cannot
 * be read from outside.
 */
const apiAudienceFault = (audience: string, { issuer, url }: ApiServer): string | undefined => {
  if (audience.trim() === '') return 'is empty, which stands for the API server itself';
  const bare = withoutScheme(audience);
  const isIts =
    /^kubernetes(?:\.default(?:\.svc(?:\.[^/:]+)?)?)?(?::\d+)?$/i.test(bare) ||
    isEksHost(audience) ||
    [issuer, url].some(one => one !== undefined && withoutScheme(one) === bare);
  return isIts || ['api', 'k3s'].includes(bare) ? 'is one of the API server itself' : undefined;
};

const withoutScheme = (text: string): string => withoutTrailingSlashes(text.trim().replace(/^https?:\/\//i, ''));
