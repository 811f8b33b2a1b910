/** Steps of the AWS CLI. Recorded and executed forms: docs/facts.md §F. */

import { homeRegion, parseArn, providerHostPath, roleNameOf } from '../model/arn.ts';
import type { AccessChange, Change, Step, StepTarget } from '../model/step.ts';
import { given } from '../text/given.ts';
import { safeJson } from '../text/visible-text.ts';
import { optionWords } from './option-words.ts';

/** Values of an operation's parameters, by the name that the API gives them. */
type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** A step that reads, with its arguments as they are. */
export const awsStep = (args: readonly string[], target: StepTarget): Step => ({ tool: 'aws', args, target });

/** `--role-name` of `RoleName`, as the AWS CLI names parameters. */
const optionOf = (parameter: string): string =>
  `--${parameter.replace(/([a-z])([A-Z])/g, '$1-$2').replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')}`.toLowerCase();

/** True for a value that the AWS CLI replaces by what lies there: a file, and in version 1 a page of the web. */
const isExpanded = (value: string): boolean => /^(?:fileb?|https?):\/\//i.test(value);

/** `create-open-id-connect-provider --url` takes an address as it is (AWS CLI, paramfile.py); no other option does. */
const takesUrl = (parameter: string): boolean => parameter === 'Url';

/**
 * An `aws iam` operation on the account of an ARN. A value that the CLI would expand, and a list with one that looks like
 * an option, are given as JSON: inside of it nothing is expanded.
 */
const iamStep = (
  operation: string,
  arn: string,
  parameters: Parameters,
  change: Change,
  access?: readonly AccessChange[],
): Step => {
  const region = homeRegion(arn);
  const accountId = parseArn(arn)?.accountId;
  const entries = Object.entries(parameters);
  const needsJson = entries.some(([name, value]) =>
    [value].flat().some(one => (isExpanded(one) && !takesUrl(name)) || (Array.isArray(value) && one.startsWith('-'))),
  );
  const options = needsJson
    ? ['--cli-input-json', safeJson(parameters)]
    : entries.flatMap(([name, value]) => wordsOf(optionOf(name), value));
  return {
    tool: 'aws',
    args: ['iam', operation, ...options, ...(region === undefined ? [] : ['--region', region])],
    target: given({ accountId, region }),
    change,
    ...(access === undefined || access.length === 0 ? {} : { access }),
  };
};

const wordsOf = (option: string, value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? optionWords(option, value) : [option, ...value];

/** Gives a role a whole trust policy. `before` is the text that was read. */
export const setTrustPolicy = (
  roleArn: string,
  before: string,
  policy: unknown,
  access?: readonly AccessChange[],
): Step => {
  const after = safeJson(policy);
  return iamStep(
    'update-assume-role-policy',
    roleArn,
    { RoleName: roleNameOf(roleArn), PolicyDocument: after },
    { kind: 'trust-policy', roleArn, before, after },
    access,
  );
};

/**
 * Creates a provider. No thumbprint is given: IAM then fetches it itself, and does not consult it for publicly trusted
 * issuers (IAM User Guide, "Create an OpenID Connect identity provider in IAM").
 */
export const createProvider = (
  providerArn: string,
  audiences: readonly string[],
  access?: readonly AccessChange[],
): Step =>
  iamStep(
    'create-open-id-connect-provider',
    providerArn,
    { Url: `https://${providerHostPath(providerArn) ?? ''}`, ClientIDList: audiences },
    { kind: 'provider-created', providerArn, audiences },
    access,
  );

/** Deletes a provider. */
export const deleteProvider = (providerArn: string): Step =>
  iamStep(
    'delete-open-id-connect-provider',
    providerArn,
    { OpenIDConnectProviderArn: providerArn },
    { kind: 'provider-deleted', providerArn },
  );

/** Adds an audience to those that a provider accepts. */
export const addAudience = (providerArn: string, audience: string, access?: readonly AccessChange[]): Step =>
  iamStep(
    'add-client-id-to-open-id-connect-provider',
    providerArn,
    { OpenIDConnectProviderArn: providerArn, ClientID: audience },
    { kind: 'audience-added', providerArn, audience },
    access,
  );

/** Removes an audience from those that a provider accepts. */
export const removeAudience = (providerArn: string, audience: string): Step =>
  iamStep(
    'remove-client-id-from-open-id-connect-provider',
    providerArn,
    { OpenIDConnectProviderArn: providerArn, ClientID: audience },
    { kind: 'audience-removed', providerArn, audience },
  );

/** Replaces the whole list of thumbprints: the API knows no other way. */
export const setThumbprints = (providerArn: string, before: readonly string[], after: readonly string[]): Step =>
  iamStep(
    'update-open-id-connect-provider-thumbprint',
    providerArn,
    { OpenIDConnectProviderArn: providerArn, ThumbprintList: after },
    { kind: 'thumbprints', providerArn, before, after },
  );
