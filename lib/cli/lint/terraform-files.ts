/** Files of Terraform by their names (Terraform language, "Files and Directories" and "Input Variables"). */
import { compareText } from '../../text.ts';

/** Folders whose files nobody wrote for this place: packages, the history, and what Terraform and Terragrunt download. */
const leftOut = /(?:^|[\\/])(?:node_modules|\.git|\.terraform|\.terragrunt-cache)(?:[\\/]|$)/;

/** True for a path in a folder that is not read unless it is named. */
export const isLeftOut = (path: string): boolean => leftOut.test(path);

/** True for a file of Terraform: a part of a module, or values of its variables. */
export const isTerraformFile = (name: string): boolean => /\.(?:tf|tofu|tfvars)(?:\.json)?$/i.test(name);

/** True for a template that a module may fill in; it is no document by itself. */
export const isTemplateFile = (name: string): boolean => /\.(?:tpl|tftpl|tmpl|gotmpl)$/i.test(name);

/** True for a file of another language, in which roles of pods are searched for and nothing is judged: Terragrunt and tests of Terraform,
 *  its state, Jsonnet, CUE, KCL. */
export const isOfOtherLanguage = (name: string): boolean => /\.(?:hcl|tfstate|jsonnet|libsonnet|cue|k)$/i.test(name);

/** True for a file with values of variables alone. */
export const isVariableFile = (name: string): boolean => /\.tfvars(?:\.json)?$/i.test(name);

/** True for a file whose values Terraform takes without being told to. */
export const isAutomatic = (name: string): boolean => /(?:(?:^|[\\/])terraform|\.auto)\.tfvars(?:\.json)?$/i.test(name);

/** The order in which automatic files are read; the value of a later one counts. */
export const inOrderOfReading = (a: string, b: string): number => rankOf(a) - rankOf(b) || compareText(a, b);

const rankOf = (name: string): number => {
  if (/(?:^|[\\/])terraform\.tfvars$/i.test(name)) return 0;
  return /(?:^|[\\/])terraform\.tfvars\.json$/i.test(name) ? 1 : 2;
};
