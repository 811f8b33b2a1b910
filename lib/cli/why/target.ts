import { ambientRegion } from '../../collect/clients.ts';
import type { MessageFacts } from '../../explain/text-facts.ts';
import { type Collected, type KubernetesFacts, parseArn } from '../../model.ts';
import { counted, visible } from '../../text.ts';
import type { WhyStep } from '../../why/why-chain.ts';
import type { WhyCause } from '../../why/why-reading.ts';
import { targetOfText, type WhyTarget } from '../../why/why-subject.ts';
import type { KubeconfigContext } from '../kubeconfig/kubeconfig.ts';
import { liveSteps, type ProofParts, type ProofStep } from '../prove/prove-steps.ts';
import { UsageError } from '../shell/io.ts';
import { unknownName } from '../shell/unknown-name.ts';

/** The parts of the live steps; without a valid role there is nothing to ask for. */
interface LiveParts extends ProofParts {
  readonly roleArn: string | undefined;
  readonly audience: string;
}

/** The token and the call to STS, as steps of the chain. */
export const liveChain = async (parts: LiveParts): Promise<readonly WhyStep[]> => {
  const { roleArn, audience } = parts;
  if (roleArn === undefined)
    return [{ step: 'live-call', result: 'unread', because: 'no valid role is named: nothing to ask STS for' }];
  const steps: WhyStep[] = [];
  for await (const step of liveSteps(parts, { roleArn, audience })) steps.push(stepOf(step));
  return steps;
};

const stepOf = (proof: ProofStep): WhyStep => {
  const { result, text } = proof;
  const step = proof.step === 'sts' ? 'live-call' : 'live-token';
  if (result === 'unread') return { step, result, because: text };
  if (result === 'ok') return { step, result, seen: text };
  return { step, result, seen: 'refused', cause: causeOf(proof) };
};

/** STS says that it refuses and not why: the rules that know its causes are named. */
const causeOf = ({ text, rules = [] }: ProofStep): WhyCause => ({
  message: text,
  evidence: [],
  fix: {
    summary:
      rules.length === 0
        ? 'Fix the steps before this one; with none failed, look at resource control policies (irsa-auditor scan --control-policies reads them) and at endpoint policies, which no audit reads.'
        : `Fix the steps before this one; with none failed, ${counted(rules.length, 'rule')} know what causes this answer: irsa-auditor explain ${rules[0]}.`,
    commands: [],
  },
});

/** Kinds as kubectl knows them: the full name, its plural, its short names. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  Pod: ['pod', 'pods', 'po'],
  ServiceAccount: ['serviceaccount', 'serviceaccounts', 'sa'],
  Deployment: ['deployment', 'deployments', 'deploy'],
  StatefulSet: ['statefulset', 'statefulsets', 'sts'],
  DaemonSet: ['daemonset', 'daemonsets', 'ds'],
  Job: ['job', 'jobs'],
  CronJob: ['cronjob', 'cronjobs', 'cj'],
  Rollout: ['rollout', 'rollouts', 'ro'],
};

/** The kind as the command line writes it: `pod`, `serviceaccount`. */
export const wordOf = (kind: string): string => kind.toLowerCase();

/** The target that `pod/cart`, `pod cart`, `deploy/cart`, `deployments.apps/cart`, `sa/shop/cart` (with its namespace) or a bare `cart`
 *  (a pod) names. Throws `UsageError`. */
export const whyTargetOf = (words: readonly string[], namespace: string): WhyTarget => {
  const parts = words.join('/').split('/');
  // kubectl takes several names: two words are a type and a name.
  const isWhole = parts.length <= 2 || (parts.length === 3 && words.at(-1)?.includes('/') === true);
  if (!isWhole || parts.includes('')) throw wanted(words.join(' '));
  const [first = '', ...rest] = parts;
  const [second, space = namespace] = rest.toReversed();
  if (second === undefined) return { kind: 'Pod', namespace, name: first };
  const word = first.toLowerCase().split('.')[0] ?? '';
  const [kind] = Object.entries(kinds).find(([, names]) => names.includes(word)) ?? [];
  if (kind === undefined) {
    const { message } = unknownName('why', 'kind', first, Object.keys(kinds).map(wordOf));
    // Many write NAMESPACE/NAME.
    throw new UsageError(`${message}; a namespace comes with -n: ${visible(`serviceaccount/${second} -n ${first}`)}`);
  }
  return { kind, namespace: space, name: second };
};

const wanted = (got: string): Error =>
  new UsageError(`why: got "${got}", wanted pod/NAME, deployment/NAME or serviceaccount/NAME`);

/** The target that a text is about, in the cluster of a context. Throws `UsageError` where it names nothing of it. */
export const targetIn = (
  text: MessageFacts | undefined,
  inside: Collected<KubernetesFacts>,
  usual: string,
  context: string,
): WhyTarget => {
  if (inside.status === 'unavailable') throw new UsageError(visible(`context ${context}: ${inside.reason.message}`));
  const found = text && targetOfText(text, inside.value, usual);
  if (found === undefined)
    throw new UsageError(
      `why: the text names no pod, service account or role of context ${visible(context)}, wanted pod/NAME -n NAMESPACE`,
    );
  return found;
};

/** The region of a context's cluster: what a person said, the ARN that `aws eks update-kubeconfig` writes, the host of the
 *  endpoint, the issuer, else that of the profile. Without any, AWS is asked in us-east-1. */
export const regionOf = async (
  { region, profile }: { readonly region?: string; readonly profile?: string },
  { cluster }: KubeconfigContext,
  issuer: string | undefined,
): Promise<string> => {
  const arn = parseArn(cluster.name);
  const host = URL.parse(cluster.server)?.hostname ?? '';
  const known =
    region ??
    (arn?.service === 'eks' ? arn.region : undefined) ??
    /\.([a-z]{2}(?:-[a-z]+)+-\d)\.eks\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/.exec(host)?.[1] ??
    /^https:\/\/oidc[.-]eks\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(issuer ?? '')?.[1];
  return known || ambientRegion(profile).catch(() => 'us-east-1');
};
