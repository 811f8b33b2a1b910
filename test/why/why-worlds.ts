/** The example world with one pod of one service account, for questions about its chain. */

import type { Facts } from '../../lib/facts/facts.ts';
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { complete } from '../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../lib/model/kubernetes.ts';
import { renderWhy } from '../../lib/why/render-why.ts';
import { type WhyChain, whyChain } from '../../lib/why/why-chain.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aCluster, someFacts } from '../support/example-world.ts';
import { whole } from '../support/whole/whole.ts';
import { countsOf } from '../support/whole/words-in.ts';

export const pod: WhyTarget = { kind: 'Pod', namespace: 'checkout', name: 'cart-7d9f6c5b8-x2x4z' };
export const deployment: WhyTarget = { kind: 'Deployment', namespace: 'checkout', name: 'cart' };
export const account: WhyTarget = { kind: 'ServiceAccount', namespace: 'checkout', name: 'cart' };

type Over = Parameters<typeof someFacts>[0] & {
  readonly inside?: Partial<KubernetesFacts>;
  readonly cluster?: Partial<ClusterSnapshot>;
};

/** The example world; `inside` replaces parts of the cluster, `cluster` parts of its snapshot. */
export const aWhyWorld = ({ inside = {}, cluster = {}, ...over }: Over = {}): Facts =>
  someFacts({ clusters: complete([aReadCluster(inside, cluster)]), ...over });

/** The chain of a target in a world. */
export const chainOf = (facts: Facts, target: WhyTarget = pod): WhyChain =>
  whyChain({ target, facts, clusterArn: aCluster().arn });

/** The same, compared with the golden file of the test: its verdict and failed steps as data, all of it as a person reads it. */
export const wholeChainOf: typeof chainOf = (facts, target = pod) => {
  const chain = chainOf(facts, target);
  const { steps, also, cause: _ofAStep, ...rest } = chain;
  // The text below has each step with what was seen and why it is unread: as data, those that failed and how many of each.
  whole('chain', [
    { ...rest, steps: countsOf(steps.map(({ result, optional }) => (optional ? `optional ${result}` : result))) },
    ...steps
      .filter(({ result }) => result === 'failed')
      .map(({ cause, ...step }) => ({ ...step, cause: cause && JSON.stringify(cause) })),
    ...also.map(({ severity, ruleId, subject }) => `also ${severity} ${ruleId} ${subject}`),
  ]);
  const place = { subject: `${target.kind} ${target.name}`, place: 'namespace checkout of cluster shop' };
  whole('lines', [
    renderWhy(chain, place, { colour: false, width: 80 }, { ok: '+', failed: 'x', unread: '?' }).split('\n'),
  ]);
  return chain;
};

/** The results in their order: `+` ok, `x` failed, `?` unread, `.` unread with nothing missed. */
export const marksOf = ({ steps }: WhyChain): string =>
  steps
    .map(({ result, optional }) => (result === 'ok' ? '+' : result === 'failed' ? 'x' : optional ? '.' : '?'))
    .join('');

export { whole };
