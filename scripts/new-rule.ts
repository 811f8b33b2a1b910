/** `npm run new:rule -- <id>`: writes the rule, its line in the group's list, its examples and a test that
 *  fails until it is filled in. The files are formatted. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const kinds = {
  cluster: 'cluster',
  provider: 'provider',
  issuer: 'issuer',
  trust: 'statement',
  role: 'role',
  'service-account': 'service-account',
  webhook: 'webhook',
  pod: 'pod',
  'pod-identity': 'association',
  runtime: 'runtime',
  reach: 'cluster',
} as const;

/** The subjects of each kind: a rule sees these and no others (`lib/facts/subjects.ts`). */
const seen: Readonly<Record<(typeof kinds)[keyof typeof kinds], string>> = {
  cluster: 'each cluster',
  provider: 'each OIDC provider of an EKS issuer, or one that the configuration names',
  issuer: 'each issuer, with the live answer of its host',
  statement: 'each statement of a trust policy that names an OIDC provider of EKS, or everyone',
  role: 'each role whose trust policy names an OIDC provider, or cannot be parsed',
  'service-account':
    'service accounts with an IRSA annotation or a near miss, that a role names in full, or whose pods wait for secrets of a role; no others',
  webhook: 'the webhook configuration of each cluster whose inside was read',
  pod: 'running and pending pods, one subject for an owner and a service account: annotated, gone, or with a role in the pod itself; pods without a role are not seen',
  association: 'each EKS Pod Identity association',
  runtime: 'each role, as CloudTrail or its last use shows it',
};

const stop = (message: string): never => {
  process.stderr.write(`new:rule: ${message}\n`);
  process.exit(2);
};

const id = process.argv[2] ?? stop('wants an id, such as trust-no-expiry');
const long = ['service-account', 'pod-identity'].find(name => id.startsWith(`${name}-`));
const prefix = long ?? id.split('-')[0] ?? '';
if (!/^[a-z]+(-[a-z]+)+$/.test(id)) stop(`got "${id}", wanted lower-case words joined by hyphens`);
const kind =
  Object.entries(kinds).find(([name]) => name === prefix)?.[1] ??
  stop(`got the group "${prefix}", wanted one of ${Object.keys(kinds).join(', ')}`);
const group = prefix === 'role' ? 'trust' : prefix;
const name = id.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
const file = `lib/rules/${group}/${id}.ts`;
if (existsSync(file)) stop(`${file} exists already`);

writeFileSync(
  file,
  `import { defineRule, pass } from '../prelude.ts';

/** Says in one sentence what is wrong when it fails, and the source that proves it. Its subjects: ${seen[kind]}. */
export const ${name} = defineRule({
  id: '${id}',
  kind: '${kind}',
  impact: 'hygiene',
  severity: 'low',
  articleStep: 'which step? or shownAt, if it automates none',
  title: 'State the healthy state in 60 characters',
  fault: 'State the fault in 70 characters',
  says: { broken: ['at most 26 characters', 'what is wrong, with {name} for each value'] },
  needs: [],
  why: 'Why it matters at 3 a.m.',
  fix: 'How it is fixed.',
  references: ['docs/facts.md §'],
  check: () => pass,
});
`,
);

/** The list with one rule more: its import in the order of paths, its name at the end. */
const withRule = (text: string): string => {
  const [head = '', names = ''] = /^(.*= \[)([^\]]*)\];\s*$/s.exec(text)?.slice(1) ?? stop(`${list} holds no list`);
  const imports = head.match(/^import .*\n/gm) ?? [];
  const next = imports.find(line => line.includes("'./") && (line.split("'./")[1] ?? '') > `${id}.ts`);
  const own = `import { ${name} } from './${id}.ts';\n`;
  const before =
    next === undefined ? head.replace(/(import .*\n)(?!import)/, `$1${own}`) : head.replace(next, own + next);
  const all = [...names.split(',').map(one => one.trim()), name].filter(one => one !== '');
  const declaration = before.slice(before.lastIndexOf('\n') + 1);
  const line = `${all.join(', ')}];\n`;
  return before + (declaration.length + line.length <= 121 ? line : `\n${all.map(one => `  ${one},\n`).join('')}];\n`);
};

const list = `lib/rules/${group}/rules.ts`;
writeFileSync(list, withRule(readFileSync(list, 'utf8')));

const tests = `test/rules/${group}`;
mkdirSync(tests, { recursive: true });
writeFileSync(
  `${tests}/${id}.examples.ts`,
  `import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of \`${id}\` is known. */
export const examples: Examples = {
  pass: { title: 'a healthy account', facts: () => someFacts() },
  fail: { title: 'a broken account', facts: () => someFacts() },
};
`,
);
writeFileSync(
  `${tests}/${id}.test.ts`,
  `import { expect, test } from '@jest/globals';
import { ${name} } from '../../../lib/rules/${group}/${id}.ts';
import { someFacts } from '../../support/example-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';

/** One row a world: how it looks, and what the rule says of it. */
test.each([['describe the fault', someFacts(), ['low: broken {}']]] as const)('%s', (_title, facts, said) => {
  expect(verdictOf(${name}, facts).said).toEqual(said);
});
`,
);
/** The kept answers that a new rule changes: its id in lists, its place in reports. */
const goldens =
  'UPDATE_GOLDEN=1 npm run jest -- test/rules test/report test/cli/lint test/cli/completion test/cli/whole-answers';
process.stdout.write(
  `${[file, list, `${tests}/${id}.examples.ts`, `${tests}/${id}.test.ts`].join('\n')}\nIts subjects: ${seen[kind]}.\nNow fill them in, then: npm run docs && ${goldens} && npm run test:quick\n`,
);
