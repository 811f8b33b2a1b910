import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Json } from '../../door/stack.ts';
import { type WorldRole, worldTime } from '../../world/world.ts';
import { AwsFault, type Call } from '../operation.ts';
import { readingsOf } from './readings.ts';

/** Who asks for a role: a person or session of AWS, whose own policies allow everything, or the provider of a token. */
interface Asked {
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity';
  readonly principal: string;
  readonly roleArn: string;
  readonly role: WorldRole;
  /** Of the token, without scheme; absent where there is none. */
  readonly issuer?: string;
  /** Keys beside those of every request. */
  readonly context: Readonly<Record<string, string>>;
}

const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }] };

/**
 * Whether a role's trust policy allows a caller, by an implementation of IAM's evaluation logic that the project did not write, where it
 * does as the guide says (`readings.ts`). It knows the keys of Google's provider alone, which mean what those of any OIDC provider do:
 * those of the token's issuer are asked for by that name. A policy that it cannot read trusts nobody, since IAM would not have stored
 * it. Throws where the answer hangs on a form that no page documents, by its name.
 * Sources: IAM User Guide, "Policy evaluation logic" and "IAM and AWS STS condition context keys".
 */
export const isTrusted = async (call: Call, asked: Asked): Promise<boolean> => {
  const { action, principal, roleArn, role, issuer = '', context } = asked;
  const document = documentOf(role.trustPolicy, issuer);
  if (document === undefined) return false;
  const time = worldTime(call.world);
  const tags = Object.entries(role.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
  const variables: Readonly<Record<string, string>> = {
    'aws:CurrentTime': time,
    'aws:EpochTime': String(Math.floor(Date.parse(time) / 1000)),
    'aws:RequestedRegion': call.region,
    'aws:ResourceAccount': roleArn.split(':')[4] ?? '',
    'aws:SecureTransport': 'true',
    'aws:UserAgent': call.userAgent,
    ...Object.fromEntries(tags),
    ...asGoogle(context, issuer),
  };
  const values = new Map(Object.entries(variables).map(([key, value]) => [key.toLowerCase(), value]));
  const isWebIdentity = action === 'sts:AssumeRoleWithWebIdentity';
  const { generous, strict, undocumented } = readingsOf(document, { values, isWebIdentity, provider: principal });
  const decided = await allows(asked, variables, generous);
  if (undocumented.length === 0 || decided === (await allows(asked, variables, strict))) return decided;
  const forms = undocumented.join('; ').replaceAll(google, `${issuer}:`);
  throw new AwsFault(
    'InternalFailure',
    `sandbox: AWS does not document, of the trust policy of ${roleArn}: ${forms}`,
    501,
  );
};

const allows = async (
  { action, principal, roleArn }: Asked,
  contextVariables: Readonly<Record<string, string>>,
  resourcePolicy: Json,
): Promise<boolean> => {
  if ([resourcePolicy.Statement].flat().length === 0) return false;
  const resource = { resource: roleArn, accountId: roleArn.split(':')[4] ?? '' };
  const answer = await runSimulation(
    {
      request: { principal, action, resource, contextVariables },
      identityPolicies: action === 'sts:AssumeRole' ? [{ name: 'everything', policy: everything }] : [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    },
    {},
  );
  if (answer.resultType === 'error') {
    if (answer.errors.resourcePolicyErrors !== undefined) return false;
    throw new AwsFault('InternalFailure', `sandbox: ${roleArn} cannot be judged: ${answer.errors.message}`, 500);
  }
  return answer.overallResult === 'Allowed';
};

const google = 'accounts.google.com:';

/** Keys with those of an issuer under Google's name, and Google's own under none. Names of keys have no case. */
const asGoogle = <T>(keys: Readonly<Record<string, T>>, issuer: string): Readonly<Record<string, T>> =>
  Object.fromEntries(
    Object.entries(keys).map(([key, value]) => {
      const own = `${issuer}:`.toLowerCase();
      if (issuer !== '' && key.toLowerCase().startsWith(own)) return [`${google}${key.slice(own.length)}`, value];
      return [key.toLowerCase().startsWith(google) ? `other.${key}` : key, value];
    }),
  );

/** The policy with its condition keys, and the variables that name one, as the simulator is asked for them. */
const documentOf = (text: string, issuer: string): Json | undefined => {
  const renamed = (_: string, key: string): string => `\${${Object.keys(asGoogle({ [key]: '' }, issuer))[0]}}`;
  try {
    const document: unknown = JSON.parse(text, (name, value: unknown) => {
      if (typeof value === 'string') return value.replaceAll(/\$\{([^{},*?$]+)\}/g, renamed);
      return /^[A-Za-z]+:?[A-Za-z]+$/.test(name) && isKeys(value) ? asGoogle(value, issuer) : value;
    });
    return typeof document === 'object' && document !== null ? { ...document } : undefined;
  } catch {
    return undefined;
  }
};

const isKeys = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).some(key => key.includes(':'));
