/** The contexts that a person named for an audit: the regions that they bring, and those that were not read. */
import type { ContextReader } from '../../collect/kubernetes/kubeconfig-cluster-reader.ts';
import type { Unread } from '../../model.ts';
import type { RunReport } from '../../report/run-report.ts';
import { given } from '../../text.ts';
import { type ContextPlace, placeOfContext } from '../kubeconfig/context-place.ts';
import { type ContextOptions, kubeconfigContexts } from '../kubeconfig/kubeconfig-files.ts';
import { type Io, UsageError } from '../shell/io.ts';

/** The options of an audit that say where its clusters are. */
interface NamedContexts extends ContextOptions {
  readonly region?: readonly string[];
  readonly allRegions?: boolean;
  readonly config?: string;
  readonly clusterOnly?: boolean;
}

/** The places of the contexts that a person named. */
export const placesOfContexts = async (
  { context = [], ...options }: NamedContexts,
  io: Io,
): Promise<readonly ContextPlace[]> =>
  context.length === 0 || options.clusterOnly
    ? []
    : (await kubeconfigContexts({ context, ...given({ kubeconfig: options.kubeconfig }) }, io)).map(placeOfContext);

/** The regions of the contexts that a person named, where neither the person nor a configuration names others. */
export const whereContextsAre = <T extends NamedContexts>(options: T, places: readonly ContextPlace[]): T => {
  const regions = [...new Set(places.flatMap(({ region }) => region ?? []))];
  const isNamed = options.region !== undefined || options.allRegions || options.config !== undefined;
  return isNamed || regions.length === 0 || places.some(({ region }) => region === undefined)
    ? options
    : { ...options, region: regions };
};

/** A context that was named and cannot be read is a gap: nothing of that cluster was checked. One that is no audited cluster's
 *  names the wrong place: throws `UsageError` with what to name. */
export const contextGaps = async (
  contexts: ContextReader | undefined,
  { accounts }: RunReport,
  places: readonly ContextPlace[],
): Promise<readonly Unread[]> => {
  const accountId = accounts[0]?.accountId;
  if (contexts === undefined || accountId === undefined) return [];
  return (await contexts.unused()).map(({ context, reason }) => {
    const isElsewhere = reason.kind === 'not-found' && accounts.length === 1;
    if (isElsewhere) throw elsewhere(context, accounts[0], places);
    return { accountId, section: 'inside', part: `the cluster of context ${context}`, reason };
  });
};

const elsewhere = (
  context: string,
  audited: RunReport['accounts'][number] | undefined,
  places: readonly ContextPlace[],
): Error => {
  const { accountId } = places.find(place => place.context === context) ?? {};
  if (accountId !== undefined && accountId !== audited?.accountId)
    return new UsageError(
      `--context ${context}: its cluster is in account ${accountId}, and account ${audited?.accountId} is audited: name a --profile or --role-arn of account ${accountId}`,
    );
  return new UsageError(
    `--context ${context}: account ${audited?.accountId} has no such cluster in ${audited?.regions.join(', ')}: name its --region, or a --profile of its account`,
  );
};
