/** The parser of Terraform's language as one module of `lib/cli`, so that it is part of every bundle: `npm run docs` writes
 *  it, a test compares. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Where the module lies. */
export const hclGrammarPath = 'lib/cli/lint/hcl/grammar.generated.ts';

/** The folders of the packages that it is made from. */
export const hclGrammarPackages = [
  'node_modules/web-tree-sitter',
  'node_modules/@tree-sitter-grammars/tree-sitter-hcl',
];

const packed = (file: string): string => gzipSync(readFileSync(file), { level: 9 }).toString('base64');

/** The text of the module. Throws where a package is not installed. */
export const hclGrammarModule = (): string => {
  const [parser, grammar] = hclGrammarPackages;
  return `/** The WebAssembly of web-tree-sitter and of tree-sitter's grammar for Terraform, compressed, made by \`npm run docs\`. Not to be edited. */
export const parserWasm =
  '${packed(`${parser}/web-tree-sitter.wasm`)}';
export const grammarWasm =
  '${packed(`${grammar}/tree-sitter-terraform.wasm`)}';
`;
};
