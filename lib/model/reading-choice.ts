/**
 * The parts of the world that an audit reads only where it is asked for, one row each. The option of the command line, the key of the configuration,
 * what a deployment may read, the pages of both and the hint in a report are made of it (CONTRIBUTING.md, "Add a choice of
 * what is read").
 */

interface ReadingRow {
  /** Its key of the configuration, a boolean or an object with `enabled`. Absent: the command line alone asks for it. */
  readonly key?: string;
  /** The help of its option. */
  readonly says: string;
  /** The choice that it brings. */
  readonly includes?: string;
  /** The need of rules that no step of the article shows, and its name in "Not checked". */
  readonly beyondSteps?: readonly [need: string, name: string];
}

/** By the name of its option: `role-details` is `--role-details`. */
const readingChoices = {
  'control-policies': {
    key: 'resourceControlPolicies',
    says: 'read control policies too, as the management account or a delegated administrator',
    beyondSteps: ['control-policies', 'resource control policies'],
  },
  'role-details': {
    key: 'roleDetails',
    says: 'read last use and administrator policies too (iam:GetAccountAuthorizationDetails)',
    beyondSteps: ['role-detail', 'last use of roles'],
  },
  'role-permissions': {
    key: 'rolePermissions',
    says: 'read what roles may do too, for the level of each (iam:GetPolicyVersion)',
    includes: 'role-details',
    beyondSteps: ['role-permissions', 'what roles may do'],
  },
  'unused-permissions': {
    key: 'unusedPermissions',
    says: 'ask IAM which services each role of pods never called; reads what roles may do, too',
    includes: 'role-permissions',
    beyondSteps: ['service-use', 'services that roles never called'],
  },
  'cloud-trail': { key: 'cloudTrail', says: 'read AssumeRoleWithWebIdentity events too (cloudtrail:LookupEvents)' },
  network: {
    says: 'read the network around clusters too: metadata options of nodes, the way to STS (ec2:Describe…)',
    beyondSteps: ['network', 'network around clusters'],
  },
  rbac: {
    key: 'rbac',
    says: 'read roles, bindings and access entries of clusters too: who can become what',
    beyondSteps: ['rbac', 'who can become a service account'],
  },
} as const satisfies Readonly<Record<string, ReadingRow>>;

/** A choice, by the name of its option. */
type ReadingChoice = keyof typeof readingChoices;

/** A choice that the configuration has, too. */
export type KeyedChoice = {
  [K in ReadingChoice]: (typeof readingChoices)[K] extends { readonly key: string } ? K : never;
}[ReadingChoice];

/** Their keys. */
export type KeyOfChoice = (typeof readingChoices)[KeyedChoice]['key'];

/** Every choice with its row, in the order of the help. */
export const readingRows = Object.entries(readingChoices) as readonly (readonly [
  ReadingChoice,
  ReadingRow & { readonly key?: KeyOfChoice },
])[];

/** A choice, with those that it brings. */
export const withIncluded = (choice: ReadingChoice): readonly ReadingChoice[] => {
  const { includes }: ReadingRow = readingChoices[choice];
  return includes === undefined ? [choice] : [choice, ...withIncluded(includes as ReadingChoice)];
};

type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;

/** The options of the command line for these choices, as the program gives them; each may be absent. */
export type ReadingFlags = { readonly [K in ReadingChoice as Camel<K>]?: boolean };

/** `role-details` as the program gives it: `roleDetails`. */
export const flagOf = (choice: ReadingChoice): keyof ReadingFlags =>
  choice.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()) as keyof ReadingFlags;
