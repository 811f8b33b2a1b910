/** The types of the published construct: the compiler's of `bin/construct.ts`, with the configuration's made from its schema. A consumer
 *  needs no zod and no file of `lib` for them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** The declarations of `bin/construct.ts`, as the compiler writes them: each export of that file has its types in full. Throws if it writes
 *  none. */
export const constructDeclarations = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-types-'));
  try {
    const alone = ['--ignoreConfig', '--noCheck', '--noResolve', '--types', '', '--allowImportingTsExtensions'];
    const emit = [
      '--declaration',
      '--emitDeclarationOnly',
      '--module',
      'nodenext',
      '--lib',
      'es2022',
      '--outDir',
      folder,
    ];
    const compiler = join(import.meta.dirname, '../node_modules/.bin/tsc');
    const source = join(import.meta.dirname, '../bin/construct.ts');
    const { stdout, status } = spawnSync(compiler, [...alone, ...emit, source], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the compiler wrote no types of the construct: ${stdout}`);
    return readFileSync(join(folder, 'construct.d.ts'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The text of `dist/construct.d.ts`. Throws for a schema that it has no type for, and for a name of a file that is not published. */
export const constructTypes = (schema: Schema): string => {
  const published = constructDeclarations()
    .replace(/^import .* from '(zod|\.\.\/.*)';\n/gm, '')
    .replaceAll('z.input<typeof configurationSchema>', 'IrsaAuditorConfiguration');
  const hidden = /configurationSchema|\bz\.|from '\./.exec(published);
  if (hidden !== null) throw new Error(`the types of the construct name ${hidden[0]}, which is not published`);
  return `${published}
/** The keys of irsa-auditor.config.json: docs/schema/config.json. */
export type IrsaAuditorConfiguration = ${typeOf(schema)};
`;
};

const typeOf = (schema: Schema): string => {
  const { anyOf, oneOf } = schema;
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return choices.map(choice => `(${typeOf(choice)})`).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return objectOf(schema);
    default:
      throw new Error(`no type is known for ${JSON.stringify(schema)}`);
  }
};

const objectOf = ({ properties, required = [], additionalProperties, propertyNames }: Schema): string => {
  if (properties === undefined && typeof additionalProperties === 'object') {
    const key = propertyNames === undefined ? 'string' : typeOf(propertyNames);
    return `{ readonly [key in ${key}]?: ${typeOf(additionalProperties)} }`;
  }
  const fields = Object.entries(properties ?? {}).map(
    ([name, field]) =>
      `${commentOf(field)}readonly ${JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(field)}`,
  );
  return `{\n${fields.join(';\n')}\n}`;
};

const commentOf = ({ description = '', default: byDefault }: Schema): string => {
  const parts = [description, byDefault === undefined ? '' : `@default ${JSON.stringify(byDefault)}`];
  const text = parts.filter(part => part !== '').join(' ');
  return text === '' ? '' : `/** ${text} */ `;
};
