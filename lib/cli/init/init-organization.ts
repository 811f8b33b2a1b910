import type { CloudFormationClient, StackSet } from '@aws-sdk/client-cloudformation';
import { DescribeOrganizationCommand, ListRootsCommand } from '@aws-sdk/client-organizations';
import * as z from 'zod';
import { type AwsClients, ambientRegion, awsClients } from '../../collect/clients.ts';
import { callerIdentity } from '../../collect/targets/caller-identity.ts';
import type { Configuration } from '../../config/configuration.ts';
import { memberRoleParameters, memberRoleTemplate } from '../../infra/member-role-template.ts';
import { errorParts } from '../../kit/classify-error.ts';
import { given, shellQuote, visibleLines } from '../../text.ts';
import { cloudFormationClient } from '../clients.ts';
import { readConfiguration } from '../shell/configuration-file.ts';
import { writeOutput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';

/** The options of `init organization`. */
export interface OrganizationOptions {
  readonly config: string;
  readonly auditor?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly apply?: boolean;
}

/** One call of CloudFormation: its name for the AWS CLI, and its input as the API has it, which `--cli-input-json` takes too. The
 *  template stands apart, in a file. */
interface StackSetCall {
  readonly name: 'create-stack-set' | 'update-stack-set' | 'create-stack-instances';
  readonly input: { readonly StackSetName: string } & Readonly<Record<string, unknown>>;
}

/** Without them an operation takes one account at a time and stops at the first that fails (CloudFormation API Reference,
 *  `StackSetOperationPreferences`). */
const OperationPreferences = {
  MaxConcurrentPercentage: 25,
  FailureTolerancePercentage: 100,
  ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
} as const;

/** `irsa-auditor init organization`: makes or updates the role of member accounts. */
export const initOrganization = async (options: OrganizationOptions, io: Io): Promise<void> => {
  const configuration = await readConfiguration(options.config, io);
  if (configuration.accounts.from === 'self')
    throw new UsageError('init organization: accounts is {"from": "self"}: there are no member accounts to read');
  const region = options.region ?? (await ambientRegion(options.profile));
  const where = { region, ...given({ profile: options.profile }) };
  const clients = awsClients(where);
  const cloudFormation = await cloudFormationClient(where);
  const template = memberRoleTemplate();
  const file = `${configuration.name}-read.yaml`;
  try {
    const place = await placeOf(clients, configuration, { region, auditor: options.auditor });
    const calls = callsFor(place, await stackSetOf(cloudFormation, place), template);
    if (calls.length === 0) io.stdout.write(`the stack set ${place.name} is that of this configuration\n`);
    if (options.apply) await applyCalls(cloudFormation, calls, template, io);
    else {
      await writeOutput(file, '--config', template, io);
      io.stdout.write(visibleLines(calls.map(call => `${commandOf(call, { file, region })}\n`).join('')));
    }
    for (const line of besideIt(place, file, configuration)) io.stdout.write(visibleLines(`${line}\n`));
    io.exit(0);
  } catch (error) {
    if (!(error instanceof CallRefused)) throw error;
    io.stderr.write(visibleLines(`irsa-auditor: ${error.message}\n`));
    io.exit(3);
  } finally {
    clients.close();
    cloudFormation.destroy();
  }
};

/** Thrown where AWS refuses a call; the message names it, and says that the same command goes on. */
class CallRefused extends Error {
  override readonly name = 'CallRefused';
}

const asked = async <T>(call: string, send: () => Promise<T>): Promise<T> => {
  try {
    return await send();
  } catch (cause) {
    const { name, message } = errorParts(cause);
    throw new CallRefused(
      `${call} ended with ${name}: ${message.replace(/\.$/, '')}; nothing more was done. The same command again goes on`,
      { cause },
    );
  }
};

/** A stack set in its organization. */
interface StackSetPlace {
  readonly name: string;
  readonly region: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly auditor: string;
  /** Units that the stack set reaches. */
  readonly units: readonly string[];
  /** Of them only these accounts; absent: all. */
  readonly accountIds?: readonly string[];
  readonly management: string;
  /** The credentials are of a delegated administrator. */
  readonly isDelegated: boolean;
}

const organizationAnswer = z.object({ Organization: z.object({ MasterAccountId: z.string().regex(/^\d{12}$/) }) });
const rootsAnswer = z.object({ Roots: z.array(z.object({ Id: z.string() })).min(1) });

const placeOf = async (
  clients: AwsClients,
  configuration: Configuration,
  { region, auditor: named }: { readonly region: string; readonly auditor: string | undefined },
): Promise<StackSetPlace> => {
  const { accounts, name } = configuration;
  const { accountId } = await callerIdentity(clients.sts());
  const auditor = named ?? accountId;
  const client = clients.organizations();
  const { Organization } = await asked('organizations:DescribeOrganization', async () =>
    organizationAnswer.parse(await client.send(new DescribeOrganizationCommand({}))),
  );
  const chosen = accounts.from === 'organization' ? accounts.organizationalUnits : [];
  const units =
    chosen.length > 0
      ? chosen
      : await asked('organizations:ListRoots', async () =>
          rootsAnswer.parse(await client.send(new ListRootsCommand({}))).Roots.map(({ Id }) => Id),
        );
  return {
    ...{ name: `${name}-read`, region, units, auditor },
    parameters: memberRoleParameters(configuration, auditor),
    ...(accounts.from === 'list' ? { accountIds: accounts.accountIds.filter(id => id !== auditor) } : {}),
    management: Organization.MasterAccountId,
    isDelegated: Organization.MasterAccountId !== accountId,
  };
};

/** The stack set as it is, with the accounts that have an instance of it; undefined where there is none. */
interface KnownStackSet extends Pick<StackSet, 'TemplateBody' | 'Parameters'> {
  readonly reached: ReadonlySet<string>;
}

const stackSetOf = async (client: CloudFormationClient, place: StackSetPlace): Promise<KnownStackSet | undefined> => {
  const { DescribeStackSetCommand, paginateListStackInstances } = await import('@aws-sdk/client-cloudformation');
  const of = { StackSetName: place.name, ...calledAs(place) };
  return asked('cloudformation:DescribeStackSet', async () => {
    try {
      const { StackSet: found } = await client.send(new DescribeStackSetCommand(of));
      const reached = new Set<string>();
      for await (const { Summaries = [] } of paginateListStackInstances({ client }, of))
        for (const { Account } of Summaries) if (Account !== undefined) reached.add(Account);
      return { ...found, reached };
    } catch (error) {
      if (errorParts(error).name === 'StackSetNotFoundException') return undefined;
      throw error;
    }
  });
};

const calledAs = ({ isDelegated }: StackSetPlace) => (isDelegated ? ({ CallAs: 'DELEGATED_ADMIN' } as const) : {});

/** The calls that make a stack set that of a configuration, in order. */
const callsFor = (
  place: StackSetPlace,
  known: KnownStackSet | undefined,
  template: string,
): readonly StackSetCall[] => {
  const { name: StackSetName, parameters, units, accountIds, region } = place;
  const Parameters = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  const common = { StackSetName, ...calledAs(place) };
  const whole = { ...common, Capabilities: ['CAPABILITY_NAMED_IAM'], Parameters };
  const wanted = accountIds?.filter(id => id !== place.management && known?.reached.has(id) !== true);
  const instances: StackSetCall = {
    name: 'create-stack-instances',
    input: {
      ...{ ...common, OperationPreferences, Regions: [region] },
      DeploymentTargets: {
        OrganizationalUnitIds: units,
        ...(wanted === undefined ? {} : { Accounts: wanted, AccountFilterType: 'INTERSECTION' }),
      },
    },
  };
  const lacks = wanted === undefined ? (known?.reached.size ?? 0) === 0 : wanted.length > 0;
  const isSame =
    known?.TemplateBody === template &&
    Parameters.every(({ ParameterKey, ParameterValue }) =>
      known.Parameters?.some(one => one.ParameterKey === ParameterKey && one.ParameterValue === ParameterValue),
    );
  // Accounts that join a unit get the role by themselves; a list has its own accounts alone.
  const AutoDeployment =
    accountIds === undefined ? { Enabled: true, RetainStacksOnAccountRemoval: false } : { Enabled: false };
  const first: readonly StackSetCall[] =
    known === undefined
      ? [{ name: 'create-stack-set', input: { ...whole, PermissionModel: 'SERVICE_MANAGED', AutoDeployment } }]
      : isSame
        ? []
        : [{ name: 'update-stack-set', input: { ...whole, OperationPreferences } }];
  return [...first, ...(lacks ? [instances] : [])];
};

const commandOf = (
  { name, input }: StackSetCall,
  { file, region }: { readonly file: string; readonly region: string },
): string =>
  [
    `aws cloudformation ${name} --region ${region}`,
    ...(name === 'create-stack-instances' ? [] : [`--template-body file://${file}`]),
    `--cli-input-json ${shellQuote(JSON.stringify(input))}`,
  ].join(' ');

const applyCalls = async (
  client: CloudFormationClient,
  calls: readonly StackSetCall[],
  TemplateBody: string,
  io: Io,
): Promise<void> => {
  const { CreateStackInstancesCommand, CreateStackSetCommand, UpdateStackSetCommand } = await import(
    '@aws-sdk/client-cloudformation'
  );
  for (const { name, input } of calls) {
    const send = (): Promise<{ readonly OperationId?: string | undefined }> => {
      if (name === 'create-stack-instances')
        return client.send(new CreateStackInstancesCommand({ Regions: undefined, ...input }));
      return name === 'create-stack-set'
        ? client.send(new CreateStackSetCommand({ ...input, TemplateBody })).then(() => ({}))
        : client.send(new UpdateStackSetCommand({ ...input, TemplateBody }));
    };
    const { OperationId } = await asked(`cloudformation ${name}`, send);
    const end = OperationId === undefined ? 'done' : `begun, operation ${OperationId}`;
    io.stdout.write(visibleLines(`${name} ${input.StackSetName}: ${end}\n`));
  }
};

/** Accounts that no stack set of the organization reaches: its management account (CloudFormation User Guide, "Create CloudFormation
 *  StackSets with service-managed permissions"). */
const besideIt = (place: StackSetPlace, file: string, { accounts }: Configuration): readonly string[] => {
  const { management, auditor, parameters, region, name } = place;
  const isAudited =
    accounts.from === 'organization' ? !accounts.exclude.includes(management) : place.accountIds?.includes(management);
  if (management === auditor || isAudited !== true) return [];
  const overrides = Object.entries(parameters).map(([key, value]) => shellQuote(`${key}=${value}`));
  return [
    `# a stack set does not reach the management account ${management}: leave it out of the configuration (exclude), or in that account`,
    `# aws cloudformation deploy --region ${region} --stack-name ${name} --template-file ${file} --capabilities CAPABILITY_NAMED_IAM --parameter-overrides ${overrides.join(' ')}`,
  ];
};
