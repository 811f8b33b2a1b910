/** Small accounts that are asked what a deletion would break. */
import { impactOf } from '../../lib/cli/impact/impact-named.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import type { ImpactAnswer, ImpactKind } from '../../lib/impact/impact.ts';
import { renderImpact } from '../../lib/impact/render-impact.ts';
import type { Role } from '../../lib/model/account.ts';
import { complete } from '../../lib/model/collected.ts';
import type { ServiceAccount } from '../../lib/model/kubernetes.ts';
import { aPod, aReadCluster, aServiceAccount } from './example-cluster.ts';
import { aRole, someFacts } from './example-world.ts';

/** The things of the example world, by kind. */
const impactNames: Readonly<Record<ImpactKind, string>> = {
  provider: 'shop',
  cluster: 'shop',
  role: 'checkout-cart',
  'service-account': 'checkout/cart',
};

/** The answer for one of them. */
export const impactIn = (
  kind: ImpactKind,
  facts: Facts | readonly Facts[],
  name = impactNames[kind],
  allRegions = true,
): ImpactAnswer => impactOf({ kind, name }, [facts].flat(), { allRegions });

/** The details of a role that was last used then, or never. */
export const used = (lastUsedAt?: string): Pick<Role, 'detail'> => ({
  detail: complete({
    attachedPolicyArns: [],
    isAdministrator: false,
    tags: {},
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
  }),
});

/** A service account without a role. */
export const bare = (over: Partial<ServiceAccount> = {}): ServiceAccount =>
  aServiceAccount({ annotations: {}, ...over });

/** The cluster with these service accounts and pods. */
export const clusterOf = (
  accounts: readonly ServiceAccount[],
  pods = [aPod()],
  over: Parameters<typeof aReadCluster>[1] = {},
) =>
  complete([
    aReadCluster({ serviceAccounts: complete(accounts), pods: complete(pods), workloads: complete([]) }, over),
  ]);

/** A healthy account with one user of one role. */
export const impactWorld = (over: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({ clusters: clusterOf([aServiceAccount()]), roles: complete([aRole(used())]), ...over });

/** The whole answer: as text, and what the text leaves out. */
export const wholeImpact = (title: string, impact: ImpactAnswer): string =>
  [
    `# ${title}`,
    renderImpact(impact),
    ...impact.users.map(one => `  ${JSON.stringify(one)}`),
    ...impact.losses.map(one => `  loses ${JSON.stringify(one)}`),
    ...impact.doubts.map(one => `  doubt ${JSON.stringify(one)}`),
    JSON.stringify(impact.subject),
    '',
  ].join('\n');
