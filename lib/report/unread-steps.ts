import { providerHostPath, stripScheme } from '../model/arn.ts';
import type { ClusterSnapshot } from '../model/cluster.ts';
import { type Collected, valueOr } from '../model/collected.ts';
import type { ArticleStep } from '../model/finding.ts';
import type { AccountSnapshot, IssuerTable } from '../model/snapshot.ts';

/** Why a step cannot be called passed: its facts were not asked for, or could not be read. */
export type UnreadStep = 'not-asked-for' | 'unread';

/** Steps of the article whose facts are not all there for one cluster. What stands here is never shown as passed. */
export const unreadSteps = (
  account: AccountSnapshot,
  snapshot: ClusterSnapshot,
  issuers: IssuerTable,
): Readonly<Partial<Record<ArticleStep, UnreadStep>>> => {
  const facts = sectionsOf(account, snapshot, issuers);
  const steps = Object.entries(facts).flatMap(([step, sections]) => {
    const states = sections.map(stateOf).filter(state => state !== undefined);
    const [state] = states.includes('unread') ? (['unread'] as const) : states;
    return state === undefined ? [] : [[step, state] as const];
  });
  return Object.fromEntries(steps);
};

/** The sections that each step reads. */
const sectionsOf = (
  account: AccountSnapshot,
  { cluster, kubernetes }: ClusterSnapshot,
  issuers: IssuerTable,
): Readonly<Record<ArticleStep, readonly Collected<unknown>[]>> => {
  const inside = (part: 'serviceAccounts' | 'webhook' | 'pods'): readonly Collected<unknown>[] =>
    kubernetes.status === 'unavailable' ? [kubernetes] : [kubernetes, kubernetes.value[part]];
  const details = valueOr(account.providers, [])
    .filter(provider => providerHostPath(provider.arn) === stripScheme(cluster.issuer ?? ''))
    .map(provider => provider.detail);
  const host = issuers[cluster.issuer ?? '']?.host;
  return {
    'role-arn-format': inside('serviceAccounts'),
    'provider-exists': [account.providers],
    'provider-audience': [account.providers, ...details],
    'provider-thumbprint': [account.providers, ...details, ...(host === undefined ? [] : [host])],
    'role-trust-policy': [account.roles],
    'webhook-configuration': inside('webhook'),
    'webhook-injection': [...inside('serviceAccounts'), ...inside('pods')],
    'supported-sdk': [account.runtime],
  };
};

const stateOf = (section: Collected<unknown>): UnreadStep | undefined => {
  if (section.status === 'complete') return undefined;
  return section.status === 'unavailable' && section.reason.kind === 'not-asked-for' ? 'not-asked-for' : 'unread';
};
