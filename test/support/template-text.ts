/** Templates of CloudFormation as text that a person reviews: references by name, a statement or a retry in one line, documents of
 *  JSON parsed, no ids of construction. */
import { stringify } from 'yaml';
import type { CfnResource, Json } from './synthesized.ts';

/** The logical id without the hashes that CDK puts behind it. */
const plainId = (id: string): string => id.replace(/(?<=CurrentVersion)[0-9A-Fa-f]+$/, '').replace(/[0-9A-F]{8}$/, '');

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const listed = (value: unknown): string => [value].flat().map(textOf).join(', ');

/** `AlarmsPublish: Allow {"Service":"cloudwatch.amazonaws.com"} sns:Publish on <Topic> if {…}`. */
const statementText = ({ Sid, Effect, Principal, Action, Resource, Condition, ...rest }: Json): string =>
  [
    ...(Sid === undefined ? [] : [`${Sid}:`]),
    textOf(Effect),
    ...(Principal === undefined ? [] : [textOf(Principal)]),
    listed(Action),
    ...(Resource === undefined ? [] : [`on ${listed(Resource)}`]),
    ...(Condition === undefined ? [] : [`if ${textOf(Condition)}`]),
    ...Object.entries(rest).map(([key, value]) => `${key} ${textOf(value)}`),
  ].join(' ');

/** A retry or a catch of a state. */
const handlerText = ({ ErrorEquals, ...rest }: Json): string =>
  `${listed(ErrorEquals)}: ${Object.entries(rest)
    .map(([key, value]) => `${key} ${textOf(value)}`)
    .join(', ')}`;

/** A value with what CloudFormation fills in, as `<Id>` or `<Id.Attribute>`. */
const filled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, inner] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return `<${plainId(String(inner))}>`;
  if (name === 'Fn::GetAtt') return `<${(inner as readonly string[]).map(plainId).join('.')}>`;
  if (name === 'Fn::Join') return joined(inner as readonly [string, readonly unknown[]]);
  const all = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each)]));
  if ('Effect' in all) return statementText(all);
  return 'ErrorEquals' in all ? handlerText(all) : all;
};

const joined = ([between, parts]: readonly [string, readonly unknown[]]): unknown => {
  const text = parts.map(part => textOf(filled(part))).join(between);
  return text.startsWith('{"') ? filled(JSON.parse(text)) : text;
};

/** Without code, and the order, paths and names that CDK makes. */
const partsOf = ({ Type, Properties, DependsOn: _order, Metadata: _path, ...rest }: CfnResource & Json): object => {
  const { Code: _code, Content: _content, PolicyName: _name, Tags, ...properties } = (Properties ?? {}) as Json;
  return { Type, ...rest, ...(filled(properties) as object), ...(Tags === undefined ? {} : { Tags: listed(Tags) }) };
};

const linesOf = (part: object): readonly string[] =>
  stringify(part, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split('\n');

/** The lines of each resource and output, by its name. */
const linesByName = (template: Json): ReadonlyMap<string, readonly string[]> =>
  new Map([
    ...Object.entries(template.Resources as Record<string, CfnResource & Json>).map(
      ([id, resource]) => [plainId(id), linesOf(partsOf(resource))] as const,
    ),
    ...Object.entries((template.Outputs ?? {}) as Record<string, Json>).map(
      ([id, output]) => [`output ${id}`, linesOf(filled(output) as object)] as const,
    ),
  ]);

/** A template as text. */
export const templateText = (template: Json): string =>
  [...linesByName(template)]
    .map(([name, lines]) => `${name}:\n${lines.map(line => `  ${line}\n`).join('')}`)
    .join('\n');

/** The lines by which one template differs from another, by resource; tags are not compared. */
export const differences = (before: Json, after: Json): string => {
  const [was, is] = [linesByName(before), linesByName(after)];
  const parts = [...new Set([...was.keys(), ...is.keys()])].map(name => {
    const [old = [], now = []] = [was.get(name), is.get(name)];
    const lines = [
      ...lacking(now, old).map(line => `  - ${line}\n`),
      ...lacking(old, now).map(line => `  + ${line}\n`),
    ].filter(line => !/^ {2}[-+] Tags:/.test(line));
    return lines.length === 0 ? '' : `${name}:\n${lines.join('')}`;
  });
  return parts.join('');
};

/** The lines of `wanted` that a list has not, each as often as it is missing. */
const lacking = (some: readonly string[], wanted: readonly string[]): readonly string[] => {
  const left = Map.groupBy(some, line => line);
  return wanted.filter(line => left.get(line)?.pop() === undefined);
};
