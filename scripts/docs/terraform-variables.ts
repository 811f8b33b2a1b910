/** The variables of the Terraform module, made from the schema of the configuration: one for each of its keys. */
import type { Schema } from '../construct-types.ts';

/** The type of a value (Terraform, "Type Constraints"). Alternatives are `any`: the program that reads them refuses what is wrong. */
const typeOf = ({ type, properties, required = [], items, additionalProperties }: Schema): string => {
  if (type === 'string') return 'string';
  if (type === 'boolean') return 'bool';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'array') {
    const of = typeOf(items ?? {});
    return of === 'any' ? 'any' : `list(${of})`;
  }
  if (type === 'object' && properties !== undefined) {
    const fields = Object.entries(properties).map(([key, field]) =>
      required.includes(key) ? `${key} = ${typeOf(field)}` : `${key} = optional(${typeOf(field)})`,
    );
    return `object({ ${fields.join(', ')} })`;
  }
  if (type === 'object' && typeof additionalProperties === 'object') return `map(${typeOf(additionalProperties)})`;
  return 'any';
};

/** A key as Terraform writes names: `minSeverity` is `min_severity`. */
const variableOf = (key: string): string => key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

/** Who reads the alarms must be said to deploy; all else has a default. */
const withoutDefault = ['operations'];

const quoted = (text: string): string => JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');

/** The text of `terraform/configuration.tf`. */
export const terraformVariables = ({ properties = {} }: Schema): string => {
  const keys = Object.keys(properties).filter(key => key !== '$schema');
  const width = Math.max(...keys.map(({ length }) => length));
  const variables = keys.map(key => {
    const field = properties[key] ?? {};
    if (field.description === undefined) throw new Error(`the key ${key} of the configuration has no description`);
    return `variable "${variableOf(key)}" {
  description = ${quoted(field.description)}
  type        = ${typeOf(field)}
${withoutDefault.includes(key) ? '' : '  default     = null\n'}}
`;
  });
  const lines = keys.map(key => `    ${key.padEnd(width)} = var.${variableOf(key)}`);
  return `# Made by \`npm run docs\` from the schema of the configuration (docs/schema/config.json). Not to be edited.

${variables.join('\n')}
locals {
  configuration = {
${lines.join('\n')}
  }
}
`;
};
