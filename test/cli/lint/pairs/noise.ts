/** Changes of files that mean nothing. */
import type { Random } from '../../../faults/random.ts';
import { nameIn } from './pair.ts';
import type { Files } from './role-forms.ts';

const isJson = (name: string): boolean => /\.json$/.test(name);
const isTerraform = (name: string): boolean => /\.tf$/.test(name);
const isYaml = (name: string): boolean => /\.yaml$/.test(name);

const reordered = (value: unknown, random: Random): unknown => {
  if (Array.isArray(value)) return value.map(one => reordered(one, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => [key, reordered(one, random)]);
  return Object.fromEntries(random.chance(0.5) ? entries.reverse() : entries);
};

const eachOf = (files: Files, isMeant: (name: string) => boolean, change: (text: string) => string): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [name, isMeant(name) ? change(text) : text]));

/** Each kind of noise, by its name. */
export const noises: Readonly<Record<string, (files: Files, random: Random) => Files>> = {
  comments: files =>
    eachOf(
      eachOf(files, isTerraform, text => `# a comment\n${text}\n// another one\n`),
      isYaml,
      text => `# a comment\n${text}`,
    ),
  'order and white space of JSON': (files, random) =>
    eachOf(files, isJson, text => JSON.stringify(reordered(JSON.parse(text), random), null, random.pick([0, 1, 4]))),
  'line ends': files => eachOf(files, isYaml, text => text.replaceAll('\n', '\r\n')),
  'another order of files': files => Object.fromEntries(Object.entries(files).reverse()),
  'other resources': (files, random) => {
    const name = nameIn(random);
    return {
      ...files,
      [`${name}q.tf`]: `resource "aws_s3_bucket" "${name}" {\n  bucket = "${name}"\n}\nlocals {\n  ${name.replace(/\W/g, '_')} = "x"\n}\n`,
      [`${name}q.yaml`]: `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`,
      [`${name}q.json`]: '{"name": "x", "version": "1"}',
    };
  },
  'blocks in files of their own': files =>
    Object.fromEntries(
      Object.entries(files).flatMap(([name, text]) =>
        isTerraform(name)
          ? text
              .split(/^(?=(?:resource|data|module) )/m)
              .filter(part => part !== '')
              .map((part, at) => [`${at}-${name}`, part])
          : [[name, text]],
      ),
    ),
  'a folder more': files =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`deploy/here/${name}`, text])),
};
