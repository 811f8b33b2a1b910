/** The program and the style sheet of the HTML report as one module of `lib/report`, which may not read files: `npm run
 *  docs` writes it, a test compares. */
import { build } from 'esbuild';

/** Where the module lies. */
export const pageModulePath = 'lib/report/html/page.generated.ts';

/** Browsers of 2023 and later: what the style sheet needs too. */
const target = ['es2022'];

/** The text of the module. Throws what esbuild throws; its message names file and line. */
export const pageModule = async (): Promise<string> => {
  const [script, style] = [await bundled('lib/report/page/main.ts'), await bundled('lib/report/page/page.css')];
  return `/** The program of the report's page and its style sheet, made from lib/report/page by \`npm run docs\`. Not to be edited. */
export const pageScript = ${JSON.stringify(script)};
export const pageStyle = ${JSON.stringify(style)};
`;
};

const bundled = async (entry: string): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    target,
  });
  return outputFiles.map(({ text }) => text.trim()).join('\n');
};
