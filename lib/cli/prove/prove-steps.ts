/** The live end of the chain: a token from the cluster, and credentials from STS. */

import type { AwsClients } from '../../collect/clients.ts';
import type { KubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { requestToken } from '../../collect/kubernetes/token-request.ts';
import { assumeWithToken } from '../../collect/sts/assume-with-token.ts';
import { causeOf } from '../../explain/causes/catalogue.ts';
import { explainMessage } from '../../explain/explain-message.ts';
import { isEksHost } from '../../facts.ts';
import { audienceKey, type ReadFailure } from '../../model.ts';
import { defaultAudience } from '../../policy.ts';
import { withoutTrailingSlashes } from '../../text.ts';

/** One link. `unread` is not a failure of IRSA: it could not be looked at, and what is missing is said. */
export interface ProofStep {
  readonly step: 'audience' | 'token' | 'sts';
  readonly result: 'ok' | 'failed' | 'unread';
  readonly text: string;
  /** Rules whose findings tell more: `irsa-auditor explain <rule>`. */
  readonly rules?: readonly string[];
}

/** The identity to prove, and the ports of the proof. STS is asked with the token alone. */
export interface ProofParts {
  readonly api: KubernetesApi;
  readonly clients: AwsClients;
  readonly account: { readonly namespace: string; readonly name: string };
  /** The issuer if it is known. */
  readonly issuer?: string;
  /** URL of the cluster's API. */
  readonly apiUrl?: string;
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

/** The step that refuses an audience of the API server; undefined for one that may leave the cluster. */
const unsafeAudience = ({ issuer, apiUrl }: ProofParts, { audience }: Chain): ProofStep | undefined => {
  const unsafe = apiAudienceFault(audience, { issuer, url: apiUrl });
  const text = `the audience ${JSON.stringify(audience)} (annotation ${audienceKey}) ${unsafe}: a token of it would open the cluster to whoever sees it, so none is asked for; STS takes ${defaultAudience}`;
  return unsafe === undefined ? undefined : failed('audience', text, 'service-account-audience-refused');
};

/** A token from the cluster, and the call to STS with it. An audience of the API server itself is
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
