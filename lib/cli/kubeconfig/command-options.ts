/** How printed commands lead to the account and to the clusters: by the profile, the kubeconfig and the contexts of the person. */
import type { CommandOptions } from '../../fixes/command.ts';
import type { ClusterPlace, Finding } from '../../model.ts';
import { fixFor } from '../../plan/chosen-fix.ts';
import type { RunReport } from '../../report/run-report.ts';
import { given } from '../../text.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { contextOfCluster, type KnownContext } from './cluster-context.ts';
import { knownContexts } from './known-contexts.ts';
import { KubeconfigInvalid } from './kubeconfig.ts';
import type { ContextOptions } from './kubeconfig-files.ts';

/** The options of a command of the auditor that its printed commands repeat. */
interface Repeated extends ContextOptions {
  readonly profile?: string;
}

/** The options of printed commands, and the contexts that they are made of. A kubeconfig that was not named may be broken or not
 *  readable: then there is no context. A context is taken by its server: one of the same name may lead elsewhere, unless the cluster
 *  was read through it just now, or a person names it for a finding of an earlier run through it. */
export const commandOptions = async (
  { profile, ...options }: Repeated,
  io: Io,
  read: 'now' | 'before',
): Promise<{ readonly options: CommandOptions; readonly contexts: readonly KnownContext[] }> => {
  const contexts = await knownContexts(options, io).catch((error: unknown): readonly KnownContext[] => {
    const isUnasked = options.context === undefined && options.kubeconfig === undefined;
    if (isUnasked && (error instanceof KubeconfigInvalid || error instanceof UsageError)) return [];
    throw error;
  });
  const contextOf = (cluster: ClusterPlace): string | undefined =>
    contextOfCluster(contexts, cluster) ??
    contexts.find(({ name }) => name === cluster.context && (read === 'now' || options.context?.includes(name)))?.name;
  return { contexts, options: { ...given({ profile, kubeconfig: options.kubeconfig }), contextOf } };
};

/** A finding with its commands as this person runs them. */
export const findingFor = (finding: Finding, options: CommandOptions): Finding => ({
  ...finding,
  fix: fixFor(finding.fix, options),
});

/** The report with its commands as this person runs them. */
export const reportFor = (report: RunReport, options: CommandOptions): RunReport => ({
  ...report,
  findings: report.findings.map(one => findingFor(one, options)),
});
