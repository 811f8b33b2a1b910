/** Workloads of files, as far as their service account decides whether they get a role. */
import { roleArnKey } from '../../../model.ts';
import { counted, nearest } from '../../../text.ts';
import type { LintDoubt } from '../lint-finding.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { clusterFolderOf, type FoundObjects, type FoundServiceAccount, type FoundWorkload } from './objects.ts';

/** The text by which objects of one folder and one namespace belong together. */
const placeOf = (one: Pick<FoundWorkload, 'document' | 'namespace' | 'folder'>): string =>
  JSON.stringify([clusterFolderOf(one), one.namespace ?? null]);

/** Open questions about workloads of files: a name that is nearly that of a service account, a workload that names none beside one
 *  that no workload uses, and what a service account that is elsewhere decides. */
export const openWorkloads = (
  { serviceAccounts, workloads }: FoundObjects,
  told: ReadonlySet<FoundWorkload>,
): readonly LintDoubt[] => {
  const around = accountsByPlace(serviceAccounts);
  const users = Map.groupBy(workloads, placeOf);
  const answers = workloads
    .filter(one => !told.has(one))
    .map(workload => {
      const accounts = around.get(placeOf(workload)) ?? [];
      return { workload, why: whyOpen(workload, accounts, users.get(placeOf(workload)) ?? []) };
    });
  const named = answers.flatMap(({ workload, why }) =>
    why === undefined || why === elsewhere ? [] : [doubtAt(workload, why, workload.roleOnPods?.at)],
  );
  const others = answers.filter(({ why }) => why === elsewhere);
  const [first] = others;
  if (first === undefined) return named;
  const why = `the service accounts of ${counted(others.length, 'workload')} are in none of the files of their folders and namespaces`;
  return [...named, { ...doubtAt(first.workload, why), owner: '' }];
};

/** Workloads whose service account is in no file, and the one with a role that is one edit away. */
export const mistypedAccounts = ({ serviceAccounts, workloads }: FoundObjects) => {
  const around = accountsByPlace(serviceAccounts);
  return workloads.flatMap(workload => {
    const accounts = around.get(placeOf(workload)) ?? [];
    const isKnown = accounts.some(one => one.name === workload.serviceAccount);
    const account = isKnown || hasPlaceholder(workload.serviceAccount) ? undefined : accountMeant(workload, accounts);
    return account ? [{ workload, account }] : [];
  });
};

const accountsByPlace = (all: readonly FoundServiceAccount[]) =>
  Map.groupBy(
    all.filter(({ isMention }) => !isMention),
    placeOf,
  );

const accountMeant = (
  { serviceAccount }: FoundWorkload,
  accounts: readonly FoundServiceAccount[],
): FoundServiceAccount | undefined => {
  const withRole = accounts.filter(hasRole);
  const name = nearest(
    serviceAccount,
    withRole.map(one => one.name),
    1,
  );
  return withRole.find(one => one.name === name);
};

const elsewhere = 'elsewhere';

const whyOpen = (
  workload: FoundWorkload,
  accounts: readonly FoundServiceAccount[],
  beside: readonly FoundWorkload[],
): string | undefined => {
  const { serviceAccount, name, roleOnPods: role, hasKeys } = workload;
  if (accounts.some(one => one.name === serviceAccount)) return undefined;
  const isElsewhere = 'whether their service account has a role is in none of these files';
  if (role) return `the webhook ignores the annotation ${role.key} on pods; ${isElsewhere}`;
  const withRole = accounts.filter(hasRole);
  if (serviceAccount === 'default') {
    const own = withRole.find(one => one.name === name && !beside.some(other => other.serviceAccount === one.name));
    return own && `it names no service account, and no workload uses ${own.name}, which has a role`;
  }
  if (hasPlaceholder(serviceAccount)) return elsewhere;
  const meant = accountMeant(workload, accounts);
  if (meant)
    return `no file has its service account ${serviceAccount}; ${meant.name}, which has a role, is one edit away`;
  return hasKeys ? `access keys in its environment win over a role; ${isElsewhere}` : elsewhere;
};

const hasRole = ({ annotations, isRoleMade }: FoundServiceAccount): boolean =>
  isRoleMade === true || annotations.some(({ key }) => key === roleArnKey);

const doubtAt = ({ document, at: start, kind, name }: FoundWorkload, why: string, at: number = start): LintDoubt => ({
  file: document.name,
  owner: `${kind} ${name}`,
  ...document.locate(at),
  why,
});
