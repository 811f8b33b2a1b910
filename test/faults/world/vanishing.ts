/** IAM is eventually consistent: one list may lack what exists. An entry that an account listed before is looked for
 *  again. */
import type { EarlierReading } from '../../../lib/audit/ports.ts';
import { readLookingAgain } from '../../../lib/collect/iam/look-again.ts';
import { type Collected, mapSection, unavailable } from '../../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../../lib/model/snapshot.ts';
import { shareOf } from '../random.ts';
import type { Run } from '../simulation/run.ts';
import { type IssuerName, issuerUrls, providerArn, roleArn } from './names.ts';
import { accountOf, type World } from './world.ts';

/** The knowledge of an auditor about an account's lists: the entries in a run that read all, and ever since. */
export interface Shown {
  /** Takes note of a run that is over. */
  readonly follow: (run: Run, isWhole: boolean) => void;
  readonly of: (accountId: string) => ReadonlySet<string>;
}

const arnsIn = (world: World, accountId: string): readonly string[] => {
  const { providers, roles } = accountOf(world, accountId);
  return [
    ...Object.keys(providers).map(issuer => providerArn(accountId, issuerUrls[issuer as IssuerName])),
    ...Object.keys(roles).map(name => roleArn(accountId, name)),
  ];
};

/** Nothing was shown yet. */
export const shownSoFar = (): Shown => {
  const known = new Map<string, ReadonlySet<string>>();
  const of = (accountId: string): ReadonlySet<string> => known.get(accountId) ?? new Set();
  return {
    of,
    follow: ({ world, accounts }, isWhole) => {
      for (const accountId of Object.keys(world.accounts)) {
        const now = arnsIn(world, accountId);
        const isListed = isWhole && accounts.includes(accountId);
        known.set(accountId, new Set(isListed ? now : now.filter(arn => of(accountId).has(arn))));
      }
    },
  };
};

const again = { kind: 'throttled', operation: 'iam:List', message: 'the second look' } as const;

const lookedFor = <T extends { readonly arn: string }>(
  section: Collected<readonly T[]>,
  { vanishes, isReadAgain }: { readonly vanishes: (arn: string) => boolean; readonly isReadAgain: boolean },
  earlier: readonly string[] | undefined,
): Promise<Collected<readonly T[]>> => {
  let reads = 0;
  const read = async () => {
    reads += 1;
    if (reads === 1) return mapSection(section, list => list.filter(({ arn }) => !vanishes(arn)));
    return isReadAgain ? section : unavailable<readonly T[]>(again);
  };
  return readLookingAgain(read, ({ arn }) => arn, { earlier, wait: async () => undefined });
};

/** The snapshot as an account's reader gives it whose first lists lack some of what was shown before. */
export const withVanishing = async (
  snapshot: AccountSnapshot,
  { vanishing, faults }: Run,
  shown: ReadonlySet<string>,
  earlier: EarlierReading = {},
): Promise<AccountSnapshot> => {
  if (vanishing === undefined) return snapshot;
  const vanishes = (arn: string): boolean => shown.has(arn) && shareOf(vanishing, arn) < 0.4;
  const look = { vanishes, isReadAgain: !faults.some(({ type }) => type === 'secondLook') };
  return {
    ...snapshot,
    providers: await lookedFor(snapshot.providers, look, earlier.providers),
    roles: await lookedFor(snapshot.roles, look, earlier.roles),
  };
};
