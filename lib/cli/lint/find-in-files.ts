import { findPolicies, mayBearOnIrsa, refused } from './find-policies.ts';
import type { FoundPolicies } from './found-policy.ts';
import type { HclBody } from './hcl/hcl-tree.ts';
import { policiesOfFolder, type TerraformFolder, terraformFolders } from './hcl/terraform-forms.ts';
import type { TerraformFile } from './hcl/terraform-module.ts';
import { isUnreadable, type SourceFile, type UnreadableFile, UnreadableText } from './source-tree.ts';
import { isVariableFile } from './terraform-files.ts';

/** Files in which there is something to check, and what it is. */
export interface InFiles {
  readonly files: readonly string[];
  readonly found: readonly FoundPolicies[];
  readonly errors: readonly UnreadableFile[];
}

/** Finds what is to be checked in files. Optional ones without any are passed over; one that cannot be read is not where its
 *  text bears on roles of pods. */
export const findInFiles = (files: readonly SourceFile[]): InFiles => {
  const others = new Set<string>();
  const optional = new Map(files.filter(({ isOptional }) => isOptional).map(({ name, text }) => [name, text]));
  const found: FoundPolicies[] = [];
  const errors: UnreadableFile[] = [];
  for (const one of findInAll(files)) {
    if (!('why' in one)) found.push(one);
    else {
      const text = optional.get(one.file);
      const isPassedOver =
        text !== undefined && (one.isOther === true || !(mayBearOnIrsa(text) || isVariableFile(one.file)));
      if (isPassedOver) others.add(one.file);
      else errors.push(one);
    }
  }
  return { files: files.map(({ name }) => name).filter(name => !others.has(name)), found, errors };
};

/** Finds the trust policies in files: those of Terraform by folder, since a folder is a module, all others one by one. */
const findInAll = (files: readonly SourceFile[]): readonly (FoundPolicies | UnreadableFile)[] => [
  ...files.filter(({ terraform }) => terraform === undefined).map(findPolicies),
  ...terraformIn(files),
];

const terraformIn = (files: readonly SourceFile[]): readonly (FoundPolicies | UnreadableFile)[] => {
  const unread: UnreadableFile[] = [];
  const read: TerraformFile[] = [];
  for (const { name, text, terraform } of files) {
    if (terraform === undefined) continue;
    if (isUnreadable<HclBody>(terraform)) unread.push(refused({ name, text }, terraform));
    else read.push({ name, text, body: terraform });
  }
  const { folders, errors } = terraformFolders(read);
  return [...unread, ...errors, ...folders.map(ofModule)];
};

const ofModule = (folder: TerraformFolder): FoundPolicies | UnreadableFile => {
  try {
    return policiesOfFolder(folder);
  } catch (error) {
    const [first] = folder.files;
    if (error instanceof UnreadableText && first) return refused(first, error);
    throw error;
  }
};
