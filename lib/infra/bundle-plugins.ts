import { readFile } from 'node:fs/promises';
import type { Loader, Plugin } from 'esbuild';

/**
 * What a bundle leaves out. Each of these keeps the behaviour and halves a part of the size; `scripts/bundle-size.ts`
 * and a test measure what is left, so that one that no longer fits its package is noticed.
 */
export const bundlePlugins = (root: string): Plugin[] => [
  replacing('without-locales', /\/zod\/v4\/locales\/index\.js$/, () => 'export {};'),
  replacing('without-json-schema', /\/zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/, namesOnly),
  replacing(
    'without-capture-lists',
    /\/aws-xray-sdk-core\/.*\/aws_whitelist\.json$/,
    () => 'module.exports={services:{}};',
  ),
  replacing('without-semver', /\/node_modules\/semver\/index\.js$/, () => 'exports.gte=()=>true;'),
  credentialsFromEnvironment(root),
  rewriting('zod-by-part', /[\\/](lib|lambdas)[\\/].*\.ts$/, 'ts', source => withoutExamples(zodByPart(source))),
  rewriting('operations-by-part', /[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/, 'js', operationsByPart),
];

/*
 * zod brings its messages in fifty languages (280 KB) and the making of JSON schemas (18 KB), which nothing here asks
 * for. The X-Ray SDK brings lists of what to record of each AWS call, and semver to ask whether Node is older than 8.
 */
const replacing = (name: string, filter: RegExp, replacement: (source: string) => string): Plugin =>
  rewriting(name, filter, 'js', replacement);

/** The exports of a module as functions that make functions: enough for a module that is wired up and never called. */
const namesOnly = (source: string): string =>
  [...source.matchAll(/^export (?:const|function) (\w+)/gm)]
    .map(([, name]) => `export const ${name} = () => () => ({});`)
    .join('\n');

/** A function's credentials stand in its environment: profiles, SSO, web identities and instance metadata stay out. */
const credentialsFromEnvironment = (root: string): Plugin => ({
  name: 'credentials-from-environment',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: 'chain', namespace: 'credentials' }));
    onLoad({ filter: /.*/, namespace: 'credentials' }, () => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: root,
    }));
  },
});

const rewriting = (name: string, filter: RegExp, loader: Loader, rewrite: (source: string) => string): Plugin => ({
  name,
  setup: ({ onLoad }) => {
    onLoad({ filter }, async ({ path }) => ({ loader, contents: rewrite(await readFile(path, 'utf8')) }));
  },
});

/** `import { z }` takes all of zod, `import * as z` what is used. */
const zodByPart = (source: string): string =>
  source.replace(/^import \{ z \} from 'zod';$/m, "import * as z from 'zod';");

/** The documentation and the examples of rules are for people and tests: no function shows them. */
const withoutExamples = (source: string): string => {
  if (!source.includes('defineRule({')) return source;
  return source
    .replace(/^ {2}docs: \{\n[\s\S]*?^ {2}\},$/m, "  docs: { why: '', fix: '', references: [] },")
    .replace(/^ {2}examples: \{\n[\s\S]*?^ {2}\},$/m, '  examples: undefined as never,');
};

/** The SDK writes `[_h]` for the key `"http"` of each operation's schema. A computed key might do anything, so that
 *  esbuild keeps every operation of a service; with the key itself it keeps those that are used. */
export const operationsByPart = (source: string): string => {
  const names = new Map([...source.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm)].map(match => [match[1], match[2]]));
  return source.replace(/\[(_\w+)\]:/g, (whole, name: string) => {
    const text = names.get(name);
    return text === undefined ? whole : `${text}:`;
  });
};
