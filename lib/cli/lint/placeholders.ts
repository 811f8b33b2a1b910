/** Parts of a text to fill in before it is used: placeholders of templates, shells, documentation and tools. */

/** Words in capitals that documentation uses in place of a name. */
const words =
  'NAMESPACE|NS|SERVICEACCOUNT|SERVICE|ACCOUNT|ACCOUNTID|SA|NAME|REGION|OIDC|CLUSTER|CLUSTERID|PROVIDER|ISSUER|PARTITION|ORG|REPO|BUCKET|ID';

const forms = [
  String.raw`'?\$\{(?:[^{}]|\{[^{}]*\})*\}'?`,
  String.raw`\{\{+[^{}]*\}\}+`,
  String.raw`'?\$\([^()]*(?:\([^()]*\)[^()]*)*\)'?`,
  String.raw`'?\$[A-Za-z_]\w*'?`,
  // Also `<path:secret#key>` of the Argo CD Vault Plugin.
  String.raw`<+[ \w.:/#|{}-]+>+`,
  String.raw`\(\([\w./-]+\)\)`,
  // SOPS, vals (Helmfile), and bank-vaults.
  String.raw`ENC\[AES256_GCM,[^\]]*\]`,
  String.raw`\b(?:secret)?ref\+\w+://\S+`,
  String.raw`\bvault:[\w./-]+#[\w.-]+`,
  String.raw`#\{[^{}]*\}`,
  String.raw`\{[\w .-]+\}`,
  String.raw`%\{[^{}]*\}`,
  String.raw`%\(\w+\)[sd]`,
  '%[sdvq](?![0-9A-Fa-f])',
  '%[A-Za-z_][A-Za-z0-9_]*%',
  '@@?[A-Z_]+@@?',
  '__[A-Za-z][A-Za-z0-9_]*?__',
  // Not `[a-z]`: that is a character class, which IAM does not support.
  String.raw`\[(?!.-.)[A-Za-z][\w .-]*\w\]`,
  // Not in a subject or a key in capitals, which some operators, and all keys, are compared without case.
  `(?<![A-Za-z0-9])(?!(?<=SYSTEM:)SERVICEACCOUNT:|OIDC[.-]EKS\\.|(?<=\\.COM(?:\\.CN)?/)ID/)(?:[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]|YOUR[-_A-Z]*|${words})(?![A-Za-z0-9])`,
  '[Xx]{4,}|(?<![A-Za-z0-9])[Xx]{3}(?![A-Za-z0-9])',
].join('|');

/** A policy variable of IAM: a condition key in braces, with or without a default, or a plain `*`, `?` or `$`. IAM resolves it
 *  when a caller asks, so no tool fills it in (IAM User Guide, policy variables; docs/facts.md §A.5). */
const variable = [
  String.raw`\$\{(?:[Aa][Ww][Ss]|[Ss][Tt][Ss]|[Ss][Aa][Mm][Ll]):[^{}:$']+(?:'[^']*')?\}`,
  String.raw`\$\{[\w-]+(?:\.[\w-]+)+(?:/[\w./-]*)?:[\w/-]+(?:, *'[^']*')?\}`,
  String.raw`\$\{[*?$]\}`,
].join('|');

/** Each policy variable, in its group, and each placeholder. */
const every = new RegExp(`(?<variable>${variable})|${forms}`, 'g');

/** Longest value that is searched for placeholders: no name is longer. */
const maxLength = 4096;

/** True if a text contains a placeholder. */
export const hasPlaceholder = (text: string): boolean => fillPlaceholders(text, () => '') !== text;

/** True if a text is one placeholder and nothing else. */
export const isOnePlaceholder = (text: string): boolean => {
  const trimmed = text.trim();
  return trimmed !== '' && fillPlaceholders(trimmed, () => '') === '';
};

/** True for the placeholders of tools, which always replace the same one by the same text. A person may not. */
export const isSubstituted = (placeholder: string): boolean => /^(?:\$|\{\{|__|@)/.test(placeholder.trim());

/** True for a reference to an attribute of a resource, or to the account of the deployment. An output of a nested stack or a module may
 *  be anything, as a variable, a parameter and a data source of another provider may. */
export const isReference = (text: string): boolean =>
  /^\$\{(?:AWS::|(?!(?:var|local|each|module)\.|data\.(?!aws_(?!ssm_|secretsmanager_))|[\w-]+\.Outputs\.)[\w-]+[.[])/.test(
    text.trim(),
  );

/** The text with every placeholder replaced; `fill` is called with each as written. Policy variables stay. */
export const fillPlaceholders = (text: string, fill: (placeholder: string) => string): string =>
  text.length > maxLength ? text : text.replace(every, (match, kept: string | undefined) => kept ?? fill(match));

/** A pattern (`*` for every placeholder) that every filling of the text matches; wildcards of the text stay. */
export const templateOf = (text: string): string => fillPlaceholders(text, () => '*');

/** JSON text with quotes around placeholders outside of strings: `"Account": ${ID}` can be parsed then. A string that does
 *  not end ends with its line: else each quote of a long text would be tried to its end. */
export const withQuotedPlaceholders = (text: string): string => {
  const outside = /"(?:[^"\\\n]|\\.)*"?|\$\{[^{}"]*\}|\{\{[^{}"]*\}\}|<[A-Za-z][\w .-]*>/g;
  return text.replace(outside, match => (match.startsWith('"') ? match : JSON.stringify(match)));
};
