/** Parts of a text to fill in before it is used: placeholders of templates, shells, documentation and tools. */

/** Words in capitals that documentation uses in place of a name. */
const words =
  'NAMESPACE|NS|SERVICEACCOUNT|SERVICE|ACCOUNT|ACCOUNTID|SA|NAME|REGION|OIDC|CLUSTER|CLUSTERID|PROVIDER|ISSUER|PARTITION|ORG|REPO|BUCKET|ID';

const forms = [
  String.raw`'?\$\{(?:[^{}]|\{[^{}]*\})*\}'?`,
  String.raw`\{\{[^{}]*\}\}+`,
  String.raw`'?\$\([^()]*(?:\([^()]*\)[^()]*)*\)'?`,
  String.raw`'?\$[A-Za-z_]\w*'?`,
  String.raw`<[ \w.:/-]+>+`,
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
  `(?<![A-Za-z0-9])(?:[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]|YOUR[-_A-Z]*|${words})(?![A-Za-z0-9])`,
  '[Xx]{4,}',
].join('|');

const one = new RegExp(forms);
const every = new RegExp(forms, 'g');

/** Longest value that is searched for placeholders: no name is longer. */
const maxLength = 4096;

/** True if a text contains a placeholder. */
export const hasPlaceholder = (text: string): boolean => text.length <= maxLength && one.test(text);

/** True if a text is one placeholder and nothing else. */
export const isPlaceholder = (text: string): boolean => {
  const trimmed = text.trim();
  return hasPlaceholder(trimmed) && trimmed.replace(every, '') === '';
};

/** The text with every placeholder replaced; `fill` is called with each as written. */
export const fillPlaceholders = (text: string, fill: (placeholder: string) => string): string =>
  text.length > maxLength ? text : text.replace(every, match => fill(match));

/** A pattern (`*` for every placeholder) that every filling of the text matches; wildcards of the text stay. */
export const templateOf = (text: string): string => fillPlaceholders(text, () => '*');

/** JSON text with quotes around placeholders outside of strings: `"Account": ${ID}` can be parsed then. A string that does
 *  not end ends with its line: else each quote of a long text would be tried to its end. */
export const withQuotedPlaceholders = (text: string): string => {
  const outside = /"(?:[^"\\\n]|\\.)*"?|\$\{[^{}"]*\}|\{\{[^{}"]*\}\}|<[A-Za-z][\w .-]*>/g;
  return text.replace(outside, match => (match.startsWith('"') ? match : JSON.stringify(match)));
};
