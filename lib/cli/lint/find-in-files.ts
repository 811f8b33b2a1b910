import { normalize } from 'node:path/posix';
import { findPolicies, refused } from './find-policies.ts';
import type { FoundPolicies, UnknownPolicy } from './found-policy.ts';
import type { ModuleFiles } from './hcl/functions.ts';
import type { HclBody } from './hcl/hcl-tree.ts';
import { policiesOfFolder, type TerraformFolder, terraformFolders } from './hcl/terraform-forms.ts';
import type { TerraformFile } from './hcl/terraform-module.ts';
import { mayBearOnIrsa } from './may-bear.ts';
import { isUnreadable, type SourceFile, type UnreadableFile, UnreadableText } from './source-tree.ts';
import { isOfOtherLanguage, isTemplateFile } from './terraform-files.ts';

/** Files in which there is something to check, and what it is. */
export interface InFiles {
  readonly files: readonly string[];
  readonly found: readonly FoundPolicies[];
  readonly errors: readonly UnreadableFile[];
  /** Files that cannot be read and in which nothing bears on roles of pods. */
  readonly unread: number;
}

/** Finds what is to be checked in files. Optional ones without any are passed over; one that cannot be read is not where its
 *  text bears on roles of pods. */
export const findInFiles = (files: readonly SourceFile[]): InFiles => {
  const inOther = ({ name, isOptional }: SourceFile): boolean => isOptional === true && isOfOtherLanguage(name);
  const others = new Set(files.filter(inOther).map(({ name }) => name));
  const optional = new Map(files.filter(({ isOptional }) => isOptional).map(({ name, text }) => [name, text]));
  const found: FoundPolicies[] = [];
  const errors: UnreadableFile[] = [];
  let unread = 0;
  for (const one of findInAll(files.filter(file => !inOther(file)))) {
    if (!('why' in one)) {
      found.push(one);
      continue;
    }
    const text = optional.get(one.file);
    const isPassedOver = text !== undefined && (one.isOther === true || !mayBearOnIrsa(text));
    if (isPassedOver) {
      others.add(one.file);
      if (!one.isOther) unread += 1;
    } else if (text !== undefined && (isTemplateText(text) || /\.template$/.test(one.file)))
      found.push(notFilledIn(one));
    else errors.push(one);
  }
  return { files: files.map(({ name }) => name).filter(name => !others.has(name)), found, errors, unread };
};

/** True for a text that a template engine makes a document of: Go templates, Jinja, ERB, Terraform. */
const isTemplateText = (text: string): boolean => /\{\{|\{%|<%|%\{|\$\{/.test(text);

const notFilledIn = ({ file, at = { line: 1, column: 1 }, why }: UnreadableFile): FoundPolicies => ({
  policies: [],
  unknown: [{ file, owner: '', at, why: `a template, to be linted once it is filled in: ${why}` }],
});

/** Finds the trust policies in files: those of Terraform by folder, since a folder is a module, all others one by one. */
const findInAll = (files: readonly SourceFile[]): readonly (FoundPolicies | UnreadableFile)[] => {
  const texts = new Map(files.map(({ name, text }) => [normalize(name.replaceAll('\\', '/')), text]));
  const read = new Map<string, string>();
  const textOf = (path: string): string | undefined => {
    const text = texts.get(path);
    if (text !== undefined) read.set(path, text);
    return text;
  };
  const ofModules = terraformIn(files, textOf);
  const others = files.filter(({ terraform }) => terraform === undefined);
  return [...others.map(findPolicies).map(one => asCopied(one, read)), ...ofModules.map(one => asCopies(one, read))];
};

/** The policies of a file that a module reads. Of a template, the module knows the whole. */
const asCopied = (one: FoundPolicies | UnreadableFile, read: ReadonlyMap<string, string>): typeof one => {
  if ('why' in one) return one;
  const isWhole = ({ file }: Pick<UnknownPolicy, 'file'>): boolean =>
    !(read.has(normalize(file)) && isTemplateFile(file));
  const policies = one.policies
    .filter(isWhole)
    .map(policy => (read.has(normalize(policy.file)) ? { ...policy, isCopied: true as const } : policy));
  return { ...one, policies, unknown: one.unknown.filter(isWhole) };
};

const asCopies = (one: FoundPolicies | UnreadableFile, read: ReadonlyMap<string, string>): typeof one => {
  if ('why' in one) return one;
  const whole = new Set([...read].filter(([path]) => !isTemplateFile(path)).map(([, text]) => text));
  const policies = one.policies.map(policy => (whole.has(policy.text) ? { ...policy, isCopy: true as const } : policy));
  return {
    ...one,
    policies,
    judged: [...(one.judged ?? []), ...[...read].map(([file, text]) => ({ file, at: 0, end: text.length }))],
  };
};

const terraformIn = (
  files: readonly SourceFile[],
  textOf: ModuleFiles['textOf'],
): readonly (FoundPolicies | UnreadableFile)[] => {
  const unread: UnreadableFile[] = [];
  const read: TerraformFile[] = [];
  for (const { name, text, terraform } of files) {
    const body = terraform?.();
    if (body === undefined) continue;
    if (isUnreadable<HclBody>(body)) unread.push(refused({ name, text }, body));
    else read.push({ name, text, body });
  }
  const { folders, errors } = terraformFolders(read);
  return [...unread, ...errors, ...folders.map(folder => ofModule(folder, textOf))];
};

const ofModule = (folder: TerraformFolder, textOf: ModuleFiles['textOf']): FoundPolicies | UnreadableFile => {
  try {
    return policiesOfFolder(folder, textOf);
  } catch (error) {
    const [first] = folder.files;
    if (error instanceof UnreadableText && first) return refused(first, error);
    throw error;
  }
};
