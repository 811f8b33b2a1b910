/** Who may import whom: the one table that docs/architecture.md prints and the architecture test checks. */

/** A layer: files under `path` may import the layers named, packages that `packages` allows, and themselves. */
export interface Layer {
  readonly path: string;
  readonly mayImport: readonly string[];
  /** `any`, or the exact list of packages. `node:` modules count as packages. */
  readonly packages: 'any' | readonly string[];
  readonly why: string;
}

/** The longest matching path decides the layer of a file. */
export const layers: readonly Layer[] = [
  {
    path: 'lib/core',
    mayImport: [],
    packages: ['@noble/hashes', 'jsonc-parser'],
    why: 'pure decisions: no node:, SDK, CDK, clock or environment',
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
    mayImport: ['lib/core/rules/catalog.ts', 'lib/cli', 'lib/infra', 'lib/config'],
    packages: 'any',
    why: 'the two programs',
  },
  {
    path: 'sandbox',
    mayImport: ['lib', 'sandbox'],
    packages: 'any',
    why: 'may import everything; nothing that ships imports it',
  },
];
