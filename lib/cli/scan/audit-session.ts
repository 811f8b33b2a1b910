import { resolve } from 'node:path';
import { choicesOf } from '../../audit/choices-of.ts';
import type { AuditChoices, AuditPorts, FindingStore } from '../../audit/ports.ts';
import { type AuditEvent, runAudit } from '../../audit/run-audit.ts';
import { factsOfAll } from '../../audit/steps/facts-of.ts';
import { awsAccountReader } from '../../collect/aws-account-reader.ts';
import { callCounter } from '../../collect/call-counter.ts';
import { type AwsClients, ambientRegion, awsClients } from '../../collect/clients.ts';
import { parseConnectTo } from '../../collect/issuer/connect-to.ts';
import { createIssuerReader } from '../../collect/issuer/tls-issuer-reader.ts';
import { unaskedIssuers } from '../../collect/issuer/unasked-issuers.ts';
import type { ContextReader } from '../../collect/kubernetes/kubeconfig-cluster-reader.ts';
import { type AccountChoice, awsTargetSource } from '../../collect/targets/aws-target-source.ts';
import { organizationsControlPolicyReader } from '../../collect/targets/control-policies.ts';
import { organizationReader } from '../../collect/targets/organization.ts';
import { accountChoices, askedOf, type ReadingOptions, withReading } from '../../config/choices-read.ts';
import { type Configuration, parseConfiguration } from '../../config/configuration.ts';
import { keysOfDeployment } from '../../config/keys-of-deployment.ts';
import type { Facts } from '../../facts.ts';
import type { Unread } from '../../model.ts';
import { nameOfProxy, proxyFor } from '../../outbound/proxy.ts';
import { reportOfRun, withStillOpen } from '../../report/report-of-run.ts';
import type { RunReport } from '../../report/run-report.ts';
import { memoryDocumentStore } from '../../store/memory-document-store.ts';
import { memoryFindingStore } from '../../store/memory-finding-store.ts';
import { given } from '../../text.ts';
import { commandOptions, reportFor } from '../kubeconfig/command-options.ts';
import { readText } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { toolVersion } from '../shell/tool-version.ts';
import { clusterReaderOf, type InClusterOptions } from './cluster-access.ts';
import { clusterOnlyPorts } from './cluster-only.ts';
import { type Baseline, knownFromReport } from './run-report-file.ts';
import { contextGaps, placesOfContexts, whereContextsAre } from './session-contexts.ts';

/** Where issuers are reached, and which roots are taken as public beside the machine's own. */
export interface IssuerAccessOptions {
  readonly connectTo?: readonly string[];
  readonly caFile?: string;
}

/** The options of an audit from a terminal; each may be absent. */
export interface SessionOptions extends InClusterOptions, IssuerAccessOptions, ReadingOptions {
  readonly region?: readonly string[];
  readonly allRegions?: boolean;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  /** Path of a configuration; `irsa-auditor.config.json` is not read unless named: its accounts are the deployment's. */
  readonly config?: string;
  readonly allRoles?: boolean;
  readonly baseline?: Baseline;
  /** Decide only what needs no AWS credentials, over the contexts of a kubeconfig. */
  readonly clusterOnly?: boolean;
  /** With `clusterOnly`: the issuer, where the cluster does not tell it. */
  readonly issuer?: string;
  /** False: no issuer is asked for anything, as in a network without the internet (`--no-issuers`). */
  readonly issuers?: boolean;
}

/** A finished audit: the report, and the facts of each account for graphs. */
export interface Audited {
  readonly report: RunReport;
  readonly facts: readonly Facts[];
  /** The rules with what the configuration says of them. */
  readonly choices: Pick<AuditChoices, 'rules' | 'overrides' | 'waivers'>;
}

/** Audits with the ambient credentials, in this process; nothing is written anywhere. Throws `UsageError`,
 *  `CredentialsInvalid`, `RegionMissing`, `TargetsUnreadable`. */
export const auditSession = async (
  asked: SessionOptions,
  io: Io,
  tell: (event: AuditEvent) => void = () => undefined,
): Promise<Audited> => {
  refuseIgnored(asked);
  const places = await placesOfContexts(asked, io);
  const options = whereContextsAre(asked, places);
  const { configuration, unused } = await configurationOf(options, io);
  const calls = callCounter();
  const home = options.clusterOnly
    ? 'us-east-1'
    : (options.region?.[0] ?? firstOf(configuration.regions) ?? (await ambientRegion(options.profile)));
  const clients = awsClients({ region: home, calls, ...given({ profile: options.profile }) });
  try {
    const notes: string[] =
      unused.length === 0
        ? []
        : [`for a deployment alone, and not used here: ${unused.join(', ')} of ${options.config}`];
    const notReached = new Map<string, Unread>();
    const { ports, choices, contexts } = await compose({
      options,
      io,
      configuration,
      clients,
      home,
      notes,
      notReached,
    });
    const startedAt = io.now();
    const runId = `scan-${startedAt.replace(/[^0-9TZ]/g, '')}`;
    const result = await runAudit(ports, choices, { runId, startedAt }, tell);
    const made = reportOfRun(result, toolVersion, notes);
    const whole = { ...made, gaps: [...made.gaps, ...(await contextGaps(contexts, made, places))] };
    const reached = notReached.size === 0 ? whole : { ...whole, notReached: [...notReached.values()] };
    const report = reportFor(reached, (await sessionCommands(options, io, 'now')).options);
    return {
      choices,
      report: options.baseline === undefined ? withoutHistory(report) : withStillOpen(report),
      facts: await factsOfAll(ports.documents, choices, {
        ...result,
        accounts: result.accounts.map(each => each.accountId),
      }),
    };
  } catch (error) {
    throw ofProfile(error, options.profile);
  } finally {
    clients.close();
  }
};

/** Credentials that cannot be loaded are said with the profile that was to have them. */
const ofProfile = (error: unknown, profile: string | undefined): unknown =>
  profile !== undefined && error instanceof Error && error.name === 'CredentialsInvalid'
    ? new UsageError(`--profile ${profile}: ${error.message}`, { cause: error })
    : error;

/** Whoever gives an option expects that it does something. */
const refuseIgnored = ({ externalId, roleArn, issuer, clusterOnly }: SessionOptions): void => {
  if (externalId !== undefined && roleArn === undefined) throw new UsageError('--external-id needs --role-arn');
  if (issuer !== undefined && clusterOnly !== true) throw new UsageError('--issuer needs --cluster-only');
};

/** The commands of an audit repeat its profile where what is audited is the profile's own account. */
export const sessionCommands = (
  { profile, roleArn, config, kubeconfig, context }: SessionOptions,
  io: Io,
  read: 'now' | 'before',
): ReturnType<typeof commandOptions> =>
  commandOptions(
    given({ kubeconfig, context, profile: roleArn === undefined && config === undefined ? profile : undefined }),
    io,
    read,
  );

/** Nothing is known of earlier runs: everything would be new. */
const withoutHistory = ({ firstSeen: _unknown, ...report }: RunReport): RunReport => ({
  ...report,
  transitions: [],
  factChanges: [],
});

interface Parts {
  readonly options: SessionOptions;
  readonly io: Io;
  readonly configuration: Configuration;
  readonly clients: AwsClients;
  readonly home: string;
  readonly notes: string[];
  /** By place and part: a read that is tried again is told once. */
  readonly notReached: Map<string, Unread>;
}

/** The first of the regions that are named; none where all are wanted. */
const firstOf = (regions: Configuration['regions']): string | undefined =>
  regions === 'all' ? undefined : regions?.[0];

interface Composed {
  readonly ports: AuditPorts;
  readonly choices: AuditChoices;
  /** The reader over contexts that a person named. */
  readonly contexts?: ContextReader;
}

const compose = async (parts: Parts): Promise<Composed> => {
  const { options, io, configuration, clients, home, notes } = parts;
  if (options.clusterOnly) return composeClusterOnly(parts);
  const regions = options.allRegions ? 'all' : (options.region ?? configuration.regions ?? [home]);
  const clusters = await clusterReaderOf(options, {
    clients,
    io,
    isConfigured: configuration.inCluster.enabled,
    isRbacConfigured: configuration.rbac,
    notReached: gap =>
      parts.notReached.set([gap.accountId, gap.region, gap.clusterName, gap.section, gap.part].join(' '), gap),
  });
  const choices = choicesOf({
    ...configuration,
    ...given({ allRoles: options.allRoles }),
    inCluster: { ...configuration.inCluster, enabled: clusters !== undefined },
  });
  const choice = accountChoice(options, configuration);
  const asked = askedOf(configuration);
  const isOrganization = choice.from === 'organization';
  const ports: AuditPorts = {
    targets: awsTargetSource(clients, choice, { regions, memberRole: configuration.memberRole }),
    ...(asked.has('control-policies')
      ? {
          controlPolicies: organizationsControlPolicyReader(clients.organizations(), isOrganization, {
            services: asked.has('role-permissions'),
          }),
        }
      : {}),
    ...(choice.from === 'organization' ? { organization: organizationReader(clients.organizations(), choice) } : {}),
    accounts: awsAccountReader(clients, { allRegions: regions === 'all', ...accountChoices(configuration) }),
    ...given({ clusters }),
    issuers: await issuersOf(options, io, notes, clients),
    documents: memoryDocumentStore(),
    findings: findingsOf(options.baseline),
    notifiers: [],
    calls: clients.calls,
    now: io.now,
  };
  return { ports, choices, ...(clusters !== undefined && 'unused' in clusters ? { contexts: clusters } : {}) };
};

/** The live fetch of issuers; nothing of it where it is not asked for. */
const issuersOf = async (options: SessionOptions, io: Io, notes: string[], { calls }: AwsClients) => {
  if (options.issuers !== false) return createIssuerReader({ ...(await issuerAccess(options, io, notes)), calls });
  notes.push('no issuer was asked (--no-issuers): rules about their certificates and documents are undecided');
  return unaskedIssuers('--no-issuers');
};

/** Nothing of AWS is asked: no credentials are looked for. */
const composeClusterOnly = async ({ options, io, configuration, notes }: Parts) => {
  notes.push('cluster-only mode: nothing was asked of AWS; what needs IAM or EKS is undecided');
  const ports: AuditPorts = {
    ...(await clusterOnlyPorts(options, io)),
    documents: memoryDocumentStore(),
    findings: findingsOf(options.baseline),
    notifiers: [],
    now: io.now,
  };
  return { ports, choices: choicesOf({ ...configuration, inCluster: { ...configuration.inCluster, enabled: true } }) };
};

const findingsOf = (baseline: Baseline | undefined): FindingStore =>
  memoryFindingStore(baseline === undefined ? {} : knownFromReport(baseline));

const accountChoice = (options: SessionOptions, configuration: Configuration): AccountChoice =>
  options.roleArn === undefined
    ? configuration.accounts
    : { from: 'role', roleArn: options.roleArn, ...given({ externalId: options.externalId }) };

interface Chosen {
  readonly configuration: Configuration;
  /** Keys of the file that a terminal does not use. */
  readonly unused: readonly string[];
}

const configurationOf = async (options: SessionOptions, io: Io): Promise<Chosen> => {
  const { config } = options;
  const text = config === undefined ? '{}' : await readText(resolve(io.cwd, config), '--config');
  const configuration = parseConfiguration(text, config ?? 'the default configuration');
  return { configuration: withReading(configuration, options), unused: keysOfDeployment(text) };
};

/** Where issuers are reached and what is taken as public; both are said in the report, and so is a proxy. */
export const issuerAccess = async (options: IssuerAccessOptions, io: Io, notes: string[]) => {
  const connectTo = (options.connectTo ?? []).map(text => {
    const parsed = parseConnectTo(text);
    if (!parsed.ok) throw new UsageError(parsed.message);
    return parsed.override;
  });
  if (connectTo.length > 0)
    notes.push(
      `issuers were reached elsewhere by --connect-to: ${connectTo.map(one => `${one.host}:${one.port} at ${one.address}:${one.addressPort}`).join(', ')}`,
    );
  const proxy = proxyFor(new URL('https://oidc.eks.us-east-1.amazonaws.com'));
  if (proxy !== undefined)
    notes.push(
      `issuers were reached through the proxy ${nameOfProxy(proxy)}, which resolves their names itself: an issuer that cannot be reached that way is unknown`,
    );
  if (options.caFile === undefined) return { connectTo };
  notes.push(`this run took the roots of ${options.caFile} as public (--ca-file)`);
  return { connectTo, publicRoots: [await readText(resolve(io.cwd, options.caFile), '--ca-file')] };
};
