import { catalog } from '../lib/rules/catalog.ts';

export const briefsModulePath = 'lib/rules/briefs.generated.ts';

/** The few words of each rule, apart from the rules: the step that sends alerts does not bundle those. */
export const briefsModule = (): string => {
  const briefs = Object.fromEntries(catalog.map(({ id, brief }) => [id, brief]));
  return `/** What is wrong, in a few words, by rule and message. Made from the rules by \`npm run docs\`. Not to be edited. */
export const briefs: Readonly<Record<string, string | Readonly<Record<string, string>>>> = ${JSON.stringify(briefs, undefined, 2)};
`;
};
