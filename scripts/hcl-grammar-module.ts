/** The parser of Terraform's language as one module of `lib/cli`, so that it is part of every bundle: `npm run docs` writes
 *  it, a test compares. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

/** Where the module lies. */
export const hclGrammarPath = 'lib/cli/lint/hcl/grammar.generated.ts';

/** The folders of the packages that it is made from. */
export const hclGrammarPackages = [
  'node_modules/web-tree-sitter',
  'node_modules/@tree-sitter-grammars/tree-sitter-hcl',
];

/** A file, compressed. What stands in the module already stays where it is the same file: versions of zlib compress
 *  differently. */
const packed = (file: string, written: string): string => {
  const bytes = readFileSync(file);
  const texts = [...written.matchAll(/'([A-Za-z0-9+/=]{1000,})'/g)].map(([, text = '']) => text);
  const same = texts.find(text => gunzipSync(Buffer.from(text, 'base64')).equals(bytes));
  return same ?? gzipSync(bytes, { level: 9 }).toString('base64');
};

/** The text of the module. Throws where a package is not installed. */
export const hclGrammarModule = (): string => {
  const [parser, grammar] = hclGrammarPackages;
  const written = existsSync(hclGrammarPath) ? readFileSync(hclGrammarPath, 'utf8') : '';
  return `/** The WebAssembly of web-tree-sitter and of tree-sitter's grammar for Terraform, compressed, made by \`npm run docs\`. Not to be edited. */
export const parserWasm =
  '${packed(`${parser}/web-tree-sitter.wasm`, written)}';
export const grammarWasm =
  '${packed(`${grammar}/tree-sitter-terraform.wasm`, written)}';
`;
};
