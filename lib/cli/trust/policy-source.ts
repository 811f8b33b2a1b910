/** Where a command's trust policy comes from: a file, standard input, or a role of the account. */
import type { IAMClient } from '@aws-sdk/client-iam';
import { roleNameOf, valueOr } from '../../model.ts';
import { type AccountName, type Policy, parsePolicy } from '../../policy.ts';
import { given, visible } from '../../text.ts';
import { hasPlaceholder } from '../lint/placeholders.ts';
import { readInput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { unknownName } from '../shell/unknown-name.ts';

/** Options that name a policy. */
export interface PolicyOptions {
  readonly policy?: string;
  readonly role?: string;
  readonly profile?: string;
  readonly region?: string;
}

/** A policy with its text; ARN and tags where the role itself was read. */
export interface SourcedPolicy {
  readonly text: string;
  readonly policy: Policy;
  readonly roleArn?: string;
  readonly roleTags?: Readonly<Record<string, string>>;
}

/** Reads the policy that the options name. Throws `UsageError` where there is none or it is no policy; `undefined` where
 *  the role could not be read, after saying so: exit code 3. */
export const sourcePolicy = async (options: PolicyOptions, io: Io): Promise<SourcedPolicy | undefined> => {
  if ((options.policy === undefined) === (options.role === undefined))
    throw new UsageError('give one of --policy FILE (or - for standard input) and --role NAME');
  if (options.policy !== undefined) {
    const text = await readInput(options.policy, '--policy', io);
    const source = text.includes('"AssumeRolePolicyDocument"')
      ? await parsedRole(text, options.policy)
      : parsed(text, options.policy);
    const gap = placeholderIn(source.policy);
    if (gap !== undefined)
      io.stderr.write(
        `irsa-auditor: ${visible(`${options.policy} is to be filled in, such as ${gap}`)}: the answer is of the text as it stands; lint judges what holds for every filling\n`,
      );
    return source;
  }
  const { ambientRegion, awsClients } = await import('../../collect/clients.ts');
  const profile = options.profile === undefined ? {} : { profile: options.profile };
  const clients = awsClients({ region: options.region ?? (await ambientRegion(options.profile)), ...profile });
  const name = options.role ?? '';
  try {
    return await readSource(clients.iam(), name, io);
  } finally {
    clients.close();
  }
};

/** The policy of a role of the AWS account. Throws `UsageError` for a role that the account does not have. */
const readSource = async (iam: IAMClient, role: string, io: Io): Promise<SourcedPolicy | undefined> => {
  const { readRole } = await import('../../collect/iam/iam-account-reader.ts');
  const name = roleNameOf(role);
  const read = await readRole(iam, name);
  if (read.status === 'unavailable') {
    if (read.reason.kind === 'not-found') throw unknownName('--role', 'role', name, await roleNames(iam));
    io.stderr.write(`irsa-auditor: ${visible(`role ${name} could not be read: ${read.reason.message}`)}\n`);
    io.exit(3);
    return undefined;
  }
  const { arn, trustPolicy, tags } = read.value;
  if (role.startsWith('arn:') && role !== arn)
    throw new UsageError(`--role: got ${role}, but the role of that name in this AWS account is ${arn}`);
  return { ...parsed(trustPolicy, `role ${name}`), roleArn: arn, roleTags: tags };
};

/** None if the roles may not be listed: the error then names no other role. */
const roleNames = async (iam: IAMClient): Promise<readonly string[]> => {
  const { readRoles } = await import('../../collect/iam/read-roles.ts');
  return valueOr(await readRoles(iam), []).map(role => role.name);
};

/** A text that something is to be filled into. */
const placeholderIn = ({ statements }: Policy): string | undefined =>
  statements
    .flatMap(({ principal, conditions }) => [
      ...(principal?.kind === 'typed' ? principal.entries.map(entry => entry.value.text) : []),
      ...conditions.flatMap(test => [test.key.text, ...test.values.map(value => value.text)]),
    ])
    .find(hasPlaceholder);

const parsed = (text: string, name: string, result = parsePolicy(text)): SourcedPolicy => {
  if (result.ok) return { text, policy: result.policy };
  const { message, at } = result.problem;
  throw new UsageError(`${name}:${at.line}:${at.column}: ${message}`);
};

/** The policy of the role in what `aws iam get-role` prints. Throws `UsageError` for several roles. */
const parsedRole = async (text: string, name: string): Promise<SourcedPolicy> => {
  const { findPolicies } = await import('../lint/find-policies.ts');
  const found = findPolicies({ name, text });
  const [role, ...more] = 'policies' in found ? found.policies : [];
  if (more.length > 0) throw new UsageError(`${name} has the trust policies of ${more.length + 1} roles, wanted one`);
  return role === undefined
    ? parsed(text, name)
    : { ...parsed(role.text, name, role.policy), ...given({ roleArn: role.roleArn }) };
};

/** An issuer as tokens carry it, with `https://`. Throws `UsageError` for anything else. */
export const issuerOption = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const issuer = text.includes('://') ? text : `https://${text}`;
  if (!/^https:\/\/[^\s/]+/.test(issuer)) throw new UsageError(`--issuer is ${text}, wanted https://<host>/<path>`);
  return issuer;
};

/** A role's ARN. Throws `UsageError` for anything else. */
export const roleArnOption = (text: string | undefined): string | undefined => {
  if (text !== undefined && !/^arn:[a-z0-9-]+:iam::\d{12}:role\/.+$/.test(text))
    throw new UsageError(`--role-arn is ${text}, wanted arn:<partition>:iam::<12 digits>:role/<name>`);
  return text;
};

/** A service account as `<namespace>/<name>`, or a name beside `--namespace`. Throws `UsageError` for anything else. */
export const serviceAccountOption = (text: string | undefined, space?: string): AccountName => {
  const whole = space === undefined || text?.includes('/') ? text : `${space}/${text}`;
  const [namespace, name, more] = whole?.split('/') ?? [];
  if (!namespace || !name || more !== undefined)
    throw new UsageError(`--service-account is ${text ?? 'missing'}, wanted <namespace>/<name>`);
  if (space !== undefined && space !== namespace)
    throw new UsageError(`--service-account is ${text}, and --namespace is ${space}: wanted one namespace`);
  return { namespace, name };
};
