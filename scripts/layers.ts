/** Which layer may import which: the one table that docs/architecture.md prints and the architecture test checks. */

/** A layer: files under `path`, and its door `path.ts`, may import the layers named, packages that `packages` allows, and themselves. */
export interface Layer {
  readonly path: string;
  readonly mayImport: readonly string[];
  /** `any`, or the exact list of packages. `node:` modules count as packages. */
  readonly packages: 'any' | readonly string[];
  readonly why: string;
}

/** The pure floors, lowest first: each may import those before it. No node:, SDK, CDK, clock or environment. */
const pureFloors: readonly (readonly [name: string, why: string])[] = [
  ['text', 'words and names for people and shells; knows nothing of the field'],
  ['model', 'what an account, a cluster, a role and a finding are'],
  ['policy', 'the text of a policy to its statements, what it decides, who it trusts, and why not'],
  ['facts', 'a snapshot as the subjects that rules are asked about, and what a rule may ask'],
  ['reach', 'what a role may do, and who may become it: levels, and the ways from permissions to more'],
  ['fixes', 'changes as data, and the one table that makes commands, states and ways back of them'],
  ['rules', 'one file for each thing that can be wrong; facts, rules and waivers to findings'],
  ['plan', 'findings to one plan of steps, proven by the rules on the facts as they would be'],
  ['impact', 'what breaks if something is deleted: who loses which role, who depends on it, and whether that is known'],
  ['history', 'findings of two runs to transitions; what was not read, and what people were told of it'],
  ['doctor', 'a deployment as it was read from outside: what is wrong with it'],
  ['report', 'findings and transitions as text, pages and documents'],
  ['explain', 'an error message to its causes'],
  ['why', 'one pod or service account: the first link of its chain that is broken'],
];

/** The rooms of the policy floor, lowest first, in the same way. */
const policyRooms: readonly (readonly [name: string, why: string])[] = [
  ['parse', 'the text of a policy to its statements'],
  ['decide', 'one request against a policy: allow, deny or unknown, with the reasons'],
  ['who', 'every identity that a policy allows, as sets of strings'],
  ['permissions', 'one request against the policies of a role, its boundary and the organization'],
  ['explain', 'why a request is refused, and the nearest correction'],
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

/** Groups of rules, each a folder of lib/rules. None imports from another: what two share lies in a room. */
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
  'reach',
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

const belowRules = ['text', 'model', 'policy', 'facts', 'reach', 'fixes'].map(name => `lib/${name}`);
/** The door of the frame of a rule: `define-rule`, `failure` and `references`. */
export const prelude = 'lib/rules/prelude.ts';

/** Rooms with a door, `ROOM.ts` beside the folder: it exports by name what others use. Files outside import the door alone,
 *  files inside import each other. */
export const doors = ['lib/text', 'lib/model', 'lib/policy', 'lib/facts'] as const;

/** Every pure floor. */
export const pure: readonly string[] = pureFloors.map(([name]) => `lib/${name}`);

/** The table of changes says how each is stored. */
const withShapes = (layer: Layer): Layer =>
  layer.path === 'lib/fixes'
    ? { ...layer, mayImport: [...layer.mayImport, 'lib/kit'], packages: [...layer.packages, 'zod'] }
    : layer;

const pureLayers: readonly Layer[] = [
  ...rooms('lib', [], pureFloors).map(withShapes),
  ...rooms('lib/policy', ['lib/text', 'lib/model'], policyRooms),
  ...rooms('lib/rules', [...belowRules, prelude], ruleRooms),
  ...ruleGroups.map(group => ({
    path: `lib/rules/${group}`,
    mayImport: [...belowRules, prelude, ...ruleRooms.map(([room]) => `lib/rules/${room}`)],
    packages: [],
    why: `rules of the group ${group}`,
  })),
  ...rooms(
    'lib/rules/trust',
    [...belowRules, prelude, ...ruleRooms.map(([room]) => `lib/rules/${room}`)],
    trustRuleRooms,
  ),
];

const compositionRoot = [
  'package.json',
  ...pure,
  ...['kit', 'outbound', 'config', 'audit', 'collect', 'store', 'notify'].map(name => `lib/${name}`),
];

/** The longest matching path decides the layer of a file. */
export const layers: readonly Layer[] = [
  ...pureLayers,
  {
    path: 'lib/rules/evaluate',
    mayImport: [...belowRules, 'lib/rules'],
    packages: ['@noble/hashes'],
    why: 'asks the rules of every subject, folds failures of one cause, applies waivers',
  },
  {
    path: 'lib/report/page',
    mayImport: pure,
    packages: [],
    why: 'the program of the HTML report; `npm run docs` bundles it into `lib/report/html/page.generated.ts`',
  },
  {
    path: 'lib/kit',
    mayImport: ['lib/text', 'lib/model'],
    packages: ['zod'],
    why: 'plumbing of the edges: retry, bounded work, classes of errors',
  },
  {
    path: 'lib/outbound',
    mayImport: ['lib/text', 'lib/model', 'lib/kit'],
    packages: 'any',
    why: 'the way out of the network: proxies, CA bundles, options of SDK clients',
  },
  { path: 'lib/config', mayImport: pure, packages: ['zod'], why: 'text in, configuration or one clear sentence out' },
  {
    path: 'lib/audit',
    mayImport: [...pure, 'lib/kit', 'lib/config'],
    packages: ['zod'],
    why: 'the steps as plain functions of ports, and the contract',
  },
  {
    path: 'lib/collect',
    mayImport: [...pure, 'lib/kit', 'lib/outbound', 'lib/audit'],
    packages: 'any',
    why: 'reads the world into the model, nothing else',
  },
  {
    path: 'lib/store',
    mayImport: [...pure, 'lib/kit', 'lib/outbound', 'lib/audit'],
    packages: 'any',
    why: 'findings in DynamoDB; documents in S3',
  },
  {
    path: 'lib/notify',
    mayImport: [...pure, 'lib/kit', 'lib/outbound', 'lib/audit', 'lib/config/destinations.ts'],
    packages: 'any',
    why: 'tells people and machines: a maker for each kind in the one table of destinations',
  },
  {
    path: 'lib/infra',
    mayImport: [
      'lib/text',
      'lib/model',
      'lib/kit',
      'lib/audit/contract.ts',
      'lib/audit/document-keys.ts',
      'lib/config',
      'cdk.json',
    ],
    packages: 'any',
    why: 'CDK stacks; handlers are named by path',
  },
  {
    path: 'lib/cli',
    mayImport: [...compositionRoot, 'lib/infra/auditor-template.ts', 'lib/infra/member-role-template.ts'],
    packages: 'any',
    why: 'commands: a composition root',
  },
  { path: 'lambdas', mayImport: compositionRoot, packages: 'any', why: 'one thin handler a step: a composition root' },
  {
    path: 'bin',
    mayImport: [
      'package.json',
      'lib/rules/catalog.ts',
      'lib/cli',
      'lib/infra',
      'lib/config',
      'lib/text',
      'lib/audit/contract.ts',
    ],
    packages: 'any',
    why: 'the two programs, the construct for other CDK apps, and the price of a deployment',
  },
  {
    path: 'sandbox',
    mayImport: ['lib', 'sandbox'],
    packages: 'any',
    why: 'may import everything; nothing that ships imports it',
  },
];
