/** Whether a text may bear on the roles of pods. JSON and YAML may write each character of a word as an escape. */
import { isKustomizationFile } from './manifests/kustomize.ts';
import { isTerraformFile } from './terraform-files.ts';

/** The text with the letters that its escapes stand for, however deep one text is in another. An escaped end of a line joins
 *  two lines of YAML. */
export const withoutEscapes = (text: string): string =>
  text.includes('\\')
    ? text.replace(
        /\\+(?:u([\dA-Fa-f]{4})|x([\dA-Fa-f]{2})|U0{4}([\dA-Fa-f]{4})|\r?\n[ \t]*)/g,
        (_, ...codes: (string | undefined)[]) => {
          const code = codes.slice(0, 3).find(one => one !== undefined);
          return code === undefined ? '' : String.fromCharCode(Number.parseInt(code, 16));
        },
      )
    : text;

/** True for a file that may hold something to check, or that says more of one that does. */
export const mayBear = (name: string, text: string): boolean =>
  isTerraformFile(name) ||
  isKustomizationFile(name) ||
  /AssumeRole|sts:\*|Principal|oidc-provider|amazonaws|aws_iam_role|service_?account|podIdentity|targetNamespace|AWS_(?:ACCESS|SECRET)/i.test(
    withoutEscapes(text),
  );

/** True for a text that may bear on the roles of pods: a file that cannot be read is then no other file. A policy that has
 *  principals and no resource is a trust policy. */
export const mayBearOnIrsa = (text: string): boolean => {
  const plain = withoutEscapes(text);
  return (
    /AssumeRole|sts:\*|oidc-provider|eks\.amazonaws\.com|aws_iam_role|^kind: *ServiceAccount|^ *(?:serviceAccounts|podIdentityAssociations):/m.test(
      plain,
    ) ||
    (/\b(?:Not)?Principal\\*["']?\s*[:=]/.test(plain) && !/\b(?:Not)?Resource\\*["']?\s*[:=]/.test(plain))
  );
};
