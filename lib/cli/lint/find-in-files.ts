import { dirname } from 'node:path/posix';
import { findPolicies, refused } from './find-policies.ts';
import type { FoundPolicies } from './found-policy.ts';
import type { HclBody } from './hcl/hcl-tree.ts';
import { type TerraformFile, terraformModulePolicies } from './hcl/terraform-module.ts';
import { isUnreadable, type SourceFile, type UnreadableFile, UnreadableText } from './source-tree.ts';

/** Finds the trust policies in files: those of Terraform by folder, since a folder is a module, all others one by one. */
export const findInFiles = (files: readonly SourceFile[]): readonly (FoundPolicies | UnreadableFile)[] => [
  ...files.filter(({ terraform }) => terraform === undefined).map(findPolicies),
  ...terraformIn(files),
];

const terraformIn = (files: readonly SourceFile[]): readonly (FoundPolicies | UnreadableFile)[] => {
  const unread: UnreadableFile[] = [];
  const modules = new Map<string, TerraformFile[]>();
  for (const { name, text, terraform } of files) {
    if (terraform === undefined) continue;
    if (isUnreadable<HclBody>(terraform)) {
      unread.push(refused({ name, text }, terraform));
      continue;
    }
    const folder = dirname(name.replaceAll('\\', '/'));
    modules.set(folder, [...(modules.get(folder) ?? []), { name, text, body: terraform }]);
  }
  return [...unread, ...[...modules.values()].map(ofModule)];
};

const ofModule = (files: readonly TerraformFile[]): FoundPolicies | UnreadableFile => {
  try {
    return terraformModulePolicies(files);
  } catch (error) {
    const [first] = files;
    if (error instanceof UnreadableText && first) return refused(first, error);
    throw error;
  }
};
