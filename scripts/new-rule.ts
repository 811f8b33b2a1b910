/** `npm run new:rule -- <id>`: writes the rule, its line in the group's list and a test that fails until it is filled in. */
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
} as const;

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
  `import { defineMessages } from '../../text/message.ts';
import { defineRule, pass } from '../define-rule.ts';
import { someFacts } from '../example-world.ts';

const message = defineMessages({ broken: 'what is wrong, with {name} for each value' });

/** Says in one sentence what is wrong when it fails, and the source that proves it. */
export const ${name} = defineRule({
  id: '${id}',
  kind: '${kind}',
  group: '${group}',
  impact: 'hygiene',
  severity: 'low',
  articleStep: 'which step? or shownAt, if it automates none',
  title: 'State the healthy state in 60 characters',
  brief: 'what is wrong, in short',
  messages: message.templates,
  needs: [],
  docs: { why: 'Why it matters at 3 a.m.', fix: 'How it is fixed.', references: ['docs/facts.md §'] },
  check: () => pass,
  examples: {
    pass: { title: 'a healthy account', facts: () => someFacts() },
    fail: { title: 'a broken account', facts: () => someFacts() },
  },
});
`,
);

const list = `lib/rules/${group}/rules.ts`;
const listed = readFileSync(list, 'utf8')
  .replace(/^(import type \{ AnyRule \}.*\n)/m, `$1import { ${name} } from './${id}.ts';\n`)
  .replace(/\];\s*$/, `  ${name},\n];\n`);
writeFileSync(list, listed);

mkdirSync(`test/rules/${group}`, { recursive: true });
writeFileSync(
  `test/rules/${group}/${id}.test.ts`,
  `import { expect, test } from '@jest/globals';
import { evaluate } from '../../../../lib/rules/evaluate/evaluate.ts';
import { someFacts } from '../../../../lib/rules/example-world.ts';
import { ${name} } from '../../../../lib/rules/${group}/${id}.ts';

/** One row a fault: what the world looks like, and the discriminators of the failures. */
test.each([['describe the fault', someFacts(), ['']]] as const)('%s', (_title, facts, want) => {
  expect(evaluate(facts, { rules: [${name}] }).findings.map(finding => finding.discriminator)).toEqual(want);
});
`,
);
process.stdout.write(
  `${file}\n${list}\ntest/rules/${group}/${id}.test.ts\nNow fill them in, then: npm run format && npm run docs && npm run test:quick\n`,
);
