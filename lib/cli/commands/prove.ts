import { Command } from 'commander';
import { ambientRegion, awsClients } from '../../collect/clients.ts';
import { defaultLimits, kubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { readIssuer } from '../../collect/kubernetes/read-kubernetes-facts.ts';
import { parseArn } from '../../model/arn.ts';
import { given } from '../../text/given.ts';
import { visible } from '../../text/visible-text.ts';
import { contextNamed } from '../kubeconfig/kubeconfig-files.ts';
import { type ProofStep, proofSteps } from '../prove/prove-steps.ts';
import { named } from '../scan/cluster-access.ts';
import type { Io } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { marks } from '../shell/style.ts';
import { serviceAccountOption } from '../trust/policy-source.ts';

interface Options {
  readonly serviceAccount: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly issuer?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

const help = `
It asks the cluster for a token of the account (TokenRequest) and STS for
credentials of the annotated role, for the shortest session, and discards them.
It changes nothing. It needs, in the cluster, "get serviceaccounts" and
"create serviceaccounts/token"; in IAM, if the links between are to be shown,
iam:GetRole and iam:GetOpenIDConnectProvider. CloudTrail will show the call as
irsa-auditor-prove.

Exit codes: 0 proven, 1 broken at the link shown, 2 usage,
3 a link could not be tried.`;

/** `irsa-auditor prove`: the only end-to-end test there is, for one service account. */
export const proveCommand = (io: Io): Command =>
  new Command('prove')
    .requiredOption('--service-account <namespace/name>', 'the service account')
    .option('--kubeconfig <file>', 'kubeconfig (default: KUBECONFIG, ~/.kube/config)')
    .option('--context <name>', 'its context (default: the current one)')
    .option('--issuer <url>', 'the issuer, where the cluster does not tell it')
    .option('--region <region>', 'region whose STS is asked (default: of the cluster, of your profile)')
    .option('--profile <name>', 'AWS profile, to read the links between')
    .option('--json', 'the links as JSON')
    .addHelpText('after', help)
    .action((options: Options) => prove(options, io));

const prove = async (options: Options, io: Io): Promise<void> => {
  const account = serviceAccountOption(options.serviceAccount);
  const context = await contextNamed(options.kubeconfig, options.context, io);
  const arn = parseArn(context.cluster.name);
  const ofCluster = arn?.service === 'eks' ? arn.region : '';
  const region = options.region ?? (ofCluster || (await ambientRegion(options.profile)));
  const { endpoint } = await named(context, io);
  const clients = awsClients({ region, ...given({ profile: options.profile }) });
  const api = kubernetesApi(endpoint, defaultLimits);
  const steps: ProofStep[] = [];
  try {
    const read = options.issuer === undefined ? await readIssuer(api, false) : undefined;
    const issuer = options.issuer ?? (read?.status === 'complete' ? read.value : undefined);
    const parts = {
      ...{ api, clients, account, apiUrl: endpoint.url, now: io.now() },
      ...given({ issuer }),
    };
    for await (const step of proofSteps(parts)) {
      steps.push(step);
      if (!options.json) io.stdout.write(lineOf(step));
    }
  } finally {
    api.close();
    clients.close();
  }
  if (options.json) io.stdout.write(jsonAnswer({ serviceAccount: options.serviceAccount, steps }));
  io.exit(exitCodeOf(steps));
};

const lineOf = ({ step, result, text, rules }: ProofStep): string => {
  const more = rules?.length ? `\n             irsa-auditor explain ${rules.join(' | ')}` : '';
  return `${marks[result]} ${step.padEnd(10)} ${visible(text)}${more}\n`;
};

/** Proven only by STS itself: links that could not be looked at do not count against it. */
const exitCodeOf = (steps: readonly ProofStep[]): 0 | 1 | 3 => {
  if (steps.some(({ result }) => result === 'failed')) return 1;
  return steps.some(({ step, result }) => step === 'sts' && result === 'ok') ? 0 : 3;
};
