/** Which layer may import which: the one table that docs/architecture.md prints and the architecture test checks. */

/** A layer: files under `path` may import the layers named, packages that `packages` allows, and themselves. */
export interface Layer {
  readonly path: string;
  readonly mayImport: readonly string[];
  /** `any`, or the exact list of packages. `node:` modules count as packages. */
  readonly packages: 'any' | readonly string[];
  readonly why: string;
}

/** The layers of the pure core, lowest first: each may import those before it. No node:, SDK, CDK, clock or environment. */
const coreRooms: readonly (readonly [name: string, why: string])[] = [
  ['text', 'words and names for people and shells; knows nothing of the field'],
  ['model', 'what an account, a cluster, a role and a finding are'],
  ['steps', 'the steps of fixes, and their text for a shell'],
  ['trust', 'what a trust policy decides'],
  ['facts', 'a snapshot as the subjects that rules are asked about, and what a rule may ask'],
  ['gaps', 'what a run did not read, and what people were told of it'],
  ['rules', 'one file for each thing that can be wrong'],
  ['evaluate', 'facts, rules and waivers to findings'],
  ['plan', 'findings to one plan of steps, proven by the rules on the facts as they would be'],
  ['drift', 'findings of two runs to transitions'],
  ['doctor', 'a deployment as it was read from outside: what is wrong with it'],
  ['report', 'findings and transitions as text, pages and documents'],
  ['explain', 'an error message to its causes'],
];

/** The rooms of the trust layer, lowest first, in the same way. */
const trustRooms: readonly (readonly [name: string, why: string])[] = [
  ['policy', 'the text of a policy to its statements'],
  ['language', 'sets of strings: globs, formulas and automata'],
  ['evaluate', 'one request against a policy: allow, deny or unknown, with the reasons'],
  ['sets', 'every subject that a policy allows'],
  ['explain', 'why a request is refused, and the smallest grant'],
];

const rooms = (
  parent: string,
  below: readonly string[],
  list: readonly (readonly [name: string, why: string])[],
): readonly Layer[] =>
  list.map(([name, why], index) => ({
    path: `${parent}/${name}`,
    mayImport: [...below, ...list.slice(0, index).map(([lower]) => `${parent}/${lower}`)],
    packages: ['@noble/hashes'],
    why,
  }));

/** Groups of rules, each a folder of lib/core/rules. None imports from another: what two share lies in a room. */
export const ruleGroups = [
  'cluster',
  'provider',
  'issuer',
  'trust',
  'service-account',
  'webhook',
  'pod',
  'pod-identity',
  'runtime',
] as const;

/** The rooms beside the groups, lowest first: what rules of several groups share. */
const ruleRooms: readonly (readonly [name: string, why: string])[] = [
  ['oidc', 'issuers and providers: who uses them, whether they live, what they serve'],
  ['access', 'who gains and who loses a role by an edit of its policy, or by a provider'],
];

/** The rooms inside of the group trust, lowest first. */
const trustRuleRooms: readonly (readonly [name: string, why: string])[] = [
  ['statement', 'a statement as the trust rules look at it: its issuers, tests and keys'],
  ['exposure', 'who may assume a role by a statement, and what of that exists'],
  ['policy-edit', 'edits of trust policies, and the fixes that set them'],
  ['patterns', 'the body of the rules on subject patterns, one for each breadth'],
];

const belowRules = ['text', 'model', 'steps', 'trust', 'facts'].map(name => `lib/core/${name}`);
const ruleFrame = ['define-rule.ts', 'example-world.ts', 'example-cluster.ts'].map(name => `lib/core/rules/${name}`);

const coreLayers: readonly Layer[] = [
  ...rooms('lib/core', [], coreRooms),
  ...rooms('lib/core/trust', ['lib/core/text', 'lib/core/model', 'lib/core/steps'], trustRooms),
  ...rooms('lib/core/rules', [...belowRules, ...ruleFrame], ruleRooms),
  ...ruleGroups.map(group => ({
    path: `lib/core/rules/${group}`,
    mayImport: [...belowRules, ...ruleFrame, ...ruleRooms.map(([room]) => `lib/core/rules/${room}`)],
    packages: [],
    why: `rules of the group ${group}`,
  })),
  ...rooms(
    'lib/core/rules/trust',
    [...belowRules, ...ruleFrame, ...ruleRooms.map(([room]) => `lib/core/rules/${room}`)],
    trustRuleRooms,
  ),
];

/** The longest matching path decides the layer of a file. */
export const layers: readonly Layer[] = [
  ...coreLayers,
  {
    path: 'lib/page',
    mayImport: ['lib/core'],
    packages: [],
    why: 'the program of the HTML report; `npm run docs` bundles it into `lib/core/report/html/page.generated.ts`',
  },
  {
    path: 'lib/config',
    mayImport: ['lib/core'],
    packages: ['zod'],
    why: 'text in, configuration or one clear sentence out',
  },
  {
    path: 'lib/audit',
    mayImport: ['lib/core', 'lib/config'],
    packages: ['zod'],
    why: 'the steps as plain functions of ports, and the contract',
  },
  {
    path: 'lib/collect',
    mayImport: ['lib/core', 'lib/audit'],
    packages: 'any',
    why: 'reads the world into the model, nothing else',
  },
  {
    path: 'lib/store',
    mayImport: ['lib/core', 'lib/audit'],
    packages: 'any',
    why: 'findings in DynamoDB; documents in S3',
  },
  {
    path: 'lib/notify',
    mayImport: ['lib/core', 'lib/audit', 'lib/config/destinations.ts'],
    packages: 'any',
    why: 'tells people and machines: a maker for each kind in the one table of destinations',
  },
  {
    path: 'lib/infra',
    mayImport: ['lib/audit/contract.ts', 'lib/config'],
    packages: 'any',
    why: 'CDK stacks; handlers are named by path',
  },
  {
    path: 'lib/cli',
    mayImport: ['package.json', 'lib/core', 'lib/config', 'lib/audit', 'lib/collect', 'lib/store', 'lib/notify'],
    packages: 'any',
    why: 'commands: a composition root',
  },
  {
    path: 'lambdas',
    mayImport: ['package.json', 'lib/core', 'lib/config', 'lib/audit', 'lib/collect', 'lib/store', 'lib/notify'],
    packages: 'any',
    why: 'one thin handler a step: a composition root',
  },
  {
    path: 'bin',
    mayImport: ['package.json', 'lib/core/rules/catalog.ts', 'lib/cli', 'lib/infra', 'lib/config'],
    packages: 'any',
    why: 'the two programs, and the construct for other CDK apps',
  },
  {
    path: 'sandbox',
    mayImport: ['lib', 'sandbox'],
    packages: 'any',
    why: 'may import everything; nothing that ships imports it',
  },
];
