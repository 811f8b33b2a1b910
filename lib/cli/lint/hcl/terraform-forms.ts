/** A Terraform module with the files of values beside it: one form of it for each file that is given by `-var-file`. */
import { dirname } from 'node:path/posix';
import { given, listed } from '../../../text.ts';
import type { FoundPolicies, FoundPolicy } from '../found-policy.ts';
import { joined } from '../manifests/objects.ts';
import { folderOf, type SourceDocument, type UnreadableFile } from '../source-tree.ts';
import { inOrderOfReading, isAutomatic, isVariableFile } from '../terraform-files.ts';
import type { ModuleFiles } from './functions.ts';
import type { HclBlock } from './hcl-tree.ts';
import { callsOf, folderNamed, type ModuleCall } from './module-calls.ts';
import { withOverrides } from './override-files.ts';
import type { HclScope } from './resolve.ts';
import { type TerraformFile, terraformModulePolicies } from './terraform-module.ts';

/** Files of values of one module that are read: a module has a handful of environments. */
const maxForms = 20;

/** A module: the files of its folder, and those with values for it. */
export interface TerraformFolder {
  readonly files: readonly TerraformFile[];
  readonly values: readonly TerraformFile[];
  /** The calls of the module, where their files are among these. */
  readonly calls: readonly ModuleCall[];
  readonly blocksIn: NonNullable<ModuleFiles['blocksIn']>;
}

/** The modules of files. A file of values is of the module of its folder, else of the nearest one above that has one of its
 *  variables; a file of no module is refused. */
export const terraformFolders = (
  files: readonly TerraformFile[],
): { readonly folders: readonly TerraformFolder[]; readonly errors: readonly UnreadableFile[] } => {
  const modules = Map.groupBy(
    files.filter(({ name }) => !isVariableFile(name)),
    ({ name }) => folderOf(name),
  );
  const errors: UnreadableFile[] = [];
  const values = new Map<string, TerraformFile[]>();
  for (const file of files.filter(({ name }) => isVariableFile(name))) {
    const folder = moduleOf(file, modules);
    if (folder === undefined) errors.push({ file: file.name, why: noModule, isOther: true });
    else values.set(folder, [...(values.get(folder) ?? []), file]);
  }
  const named = new Map([...modules].map(([folder, own]) => [folderNamed(`${folder}/x`), withOverrides(own)]));
  const blocksIn = (folder: string): readonly HclBlock[] =>
    (named.get(folder) ?? []).flatMap(({ body }) => body.blocks);
  const calls = callsOf(named, folder => valuesOf(automaticIn(folder, values.get(folder) ?? [])));
  const folders = [...modules].map(([folder, own]) => ({
    files: own,
    values: values.get(folder) ?? [],
    calls: calls.get(folderNamed(`${folder}/x`)) ?? [],
    blocksIn,
  }));
  return { folders, errors };
};

/** The files as OpenTofu reads them, and as Terraform does: the one takes x.tofu in place of x.tf, the other no .tofu at all. */
const readings = (files: readonly TerraformFile[]): readonly (readonly TerraformFile[])[] => {
  const isTofu = ({ name }: TerraformFile): boolean => /\.tofu(?:\.json)?$/i.test(name);
  const names = new Set(files.map(({ name }) => name));
  const byTofu = files.filter(one => isTofu(one) || !names.has(one.name.replace(/\.tf(?=(?:\.json)?$)/i, '.tofu')));
  const byTerraform = files.filter(one => !isTofu(one));
  return byTerraform.length === files.length || byTerraform.length === 0 ? [files] : [byTofu, byTerraform];
};

const automaticIn = (folder: string, values: readonly TerraformFile[]): readonly TerraformFile[] =>
  values
    .filter(({ name }) => isAutomatic(name) && folderOf(name) === folder)
    .sort((a, b) => inOrderOfReading(a.name, b.name));

const noModule = 'values of a Terraform module that is not among these files: name the folder of the module too';

const moduleOf = (
  { name, body }: TerraformFile,
  modules: ReadonlyMap<string, readonly TerraformFile[]>,
): string | undefined => {
  const own = folderOf(name);
  if (modules.has(own)) return own;
  for (let folder = own; folder !== '.' && folder !== '/' && folder !== dirname(folder); ) {
    folder = dirname(folder);
    const variables = (modules.get(folder) ?? []).flatMap(file =>
      file.body.blocks.filter(({ type }) => type === 'variable').flatMap(({ labels }) => labels),
    );
    if (variables.some(variable => body.attributes.has(variable))) return folder;
  }
  return undefined;
};

/** The policies and objects of a module: with its own values, and with those of each file that may be given to it. Throws
 *  `UnreadableText` as `terraformModulePolicies` does. */
export const policiesOfFolder = (
  { files, values, calls, blocksIn }: TerraformFolder,
  textOf: ModuleFiles['textOf'],
): FoundPolicies => {
  const folder = files[0] ? folderOf(files[0].name) : '.';
  const automatic = automaticIn(folder, values);
  const own = valuesOf(automatic);
  const policiesWith = (read: readonly TerraformFile[], more: HclScope['values']): FoundPolicies => {
    const [of, around] = [new Map([...own, ...more]), { files: { folder, textOf, blocksIn } }];
    const usual = terraformModulePolicies(read, of, around);
    const hasDefaults = read.some(({ body }) => body.blocks.some(({ attributes }) => attributes.has('default')));
    return withLoose(usual, hasDefaults ? terraformModulePolicies(read, of, { ...around, isLoose: true }) : usual);
  };
  const other = [
    ...values.filter(one => !automatic.includes(one)).map(one => ({ files: [one.name], values: valuesOf([one]) })),
    ...calls,
  ];
  const [first = [], ...rest] = readings(files).map(withOverrides);
  const usual = policiesWith(first, new Map());
  if (other.length === 0 && rest.length === 0) return usual;
  const forms = [
    ...rest.map(read => ({ files: ['Terraform'], found: policiesWith(read, new Map()) })),
    ...other
      .slice(0, maxForms)
      .flatMap(one => [first, ...rest].map(read => ({ files: one.files, found: policiesWith(read, one.values) }))),
  ];
  const unread = other
    .slice(maxForms)
    .map(({ files: [file = ''] }) => ({
      ...{ file, owner: '', at: { line: 1, column: 1 } },
      why: `not read: ${maxForms} files of values of one module are`,
    }));
  // Without values a module is known least: its doubts count where they stay with values.
  const telling =
    other.length > 0 ? forms.slice(rest.length).map(({ found }) => found) : [usual, ...forms.map(({ found }) => found)];
  return {
    policies: inForms(usual, forms),
    unknown: [...unique(telling.flatMap(found => found.unknown)), ...unread],
    judged: [usual, ...forms.map(({ found }) => found)].flatMap(found => found.judged ?? []),
    objects: uniqueObjects([usual, ...forms.map(({ found }) => found)]),
  };
};

/** The policies and service accounts, each with its form without defaults: a role may trust what its caller names. */
const withLoose = (usual: FoundPolicies, loose: FoundPolicies): FoundPolicies => {
  const formOf = new Map(loose.policies.map(one => [keyOf(one), one]));
  const accountOf = new Map(loose.objects?.serviceAccounts.map(one => [`${one.document.name} ${one.at}`, one]));
  const policies = usual.policies.map((one): FoundPolicy => {
    const form = formOf.get(keyOf(one));
    if (form === undefined) return { ...one, isPartial: true };
    return form.text === one.text && form.isPartial === one.isPartial
      ? one
      : { ...one, loose: form, ...given({ isPartial: form.isPartial }) };
  });
  const { objects } = usual;
  if (objects === undefined) return { ...usual, policies };
  const serviceAccounts = objects.serviceAccounts.map(one => {
    const form = accountOf.get(`${one.document.name} ${one.at}`);
    return form === undefined ? one : { ...one, loose: { name: form.name, ...given({ namespace: form.namespace }) } };
  });
  return { ...usual, policies, objects: { ...objects, serviceAccounts } };
};

const keyOf = ({ file, owner, address, start }: FoundPolicy): string => JSON.stringify([file, owner, address, start]);

const valuesOf = (files: readonly TerraformFile[]): HclScope['values'] =>
  new Map(files.flatMap(({ body }) => [...body.attributes]));

interface Form {
  readonly files: readonly string[];
  readonly found: FoundPolicies;
}

/** The policies of each owner, one after the other; forms that are alike are one. */
const inForms = (usual: FoundPolicies, forms: readonly Form[]): readonly FoundPolicy[] => {
  const all: readonly FoundPolicy[] = [
    ...usual.policies,
    ...forms.flatMap(({ files, found }) => found.policies.map(one => ({ ...one, givenBy: files }))),
  ];
  return [...Map.groupBy(all, one => one.owner).values()].flatMap(ofOwner =>
    [...Map.groupBy(ofOwner, one => one.text).values()].flatMap(([one, ...same], at): readonly FoundPolicy[] => {
      if (one === undefined) return [];
      const form = at === 0 ? {} : { isForm: true as const };
      if (one.givenBy === undefined) return [{ ...one, ...form }];
      const givenBy = [...new Set([one, ...same].flatMap(({ givenBy: files = [] }) => files))];
      return [{ ...one, ...form, owner: `${one.owner} with ${listed(givenBy)}`, address: one.owner, givenBy }];
    }),
  );
};

const unique = <T extends object>(all: readonly T[]): readonly T[] => [
  ...new Map(all.map(one => [JSON.stringify(one), one])).values(),
];

const uniqueObjects = (all: readonly FoundPolicies[]): NonNullable<FoundPolicies['objects']> => {
  const { serviceAccounts, associations, ...rest } = joined(all.flatMap(({ objects }) => objects ?? []));
  const once = <T extends { readonly document: SourceDocument }>(ones: readonly T[]): readonly T[] => [
    ...new Map(ones.map(one => [JSON.stringify({ ...one, document: one.document.name }), one])).values(),
  ];
  return { ...rest, serviceAccounts: once(serviceAccounts), associations: once(associations) };
};
