/**
 * Text from AWS, Kubernetes and TLS is hostile: a role may be named with ANSI colours, a subject may carry a
 * right-to-left mark. Every format for people shows such characters as escapes, so that what is read is what is there.
 */

/** Controls, format characters (bidi marks and isolates among them), lone surrogates, line and paragraph separators, and
 *  all that Unicode calls ignorable by default (zero-width, variation selectors, tags, fillers). */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const invisibleInJson = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u007f-\u009f]/gu;

/**
 * The character that makes text a command to the log of a CI system: GitHub Actions reads `::error …` at the start of a
 * line and `##[…]` anywhere in it, Azure Pipelines `##vso[…]`, TeamCity `##teamcity[…]`. Whoever names a role could
 * otherwise hide an output (`::add-mask::`), end all commands (`::stop-commands::`) or forge an annotation. Names that
 * GitHub has are found anywhere; any other one at the start of a word, where a line may be broken: `AWS::IAM::Role` and
 * ARNs are none. Source: GitHub docs, "Workflow commands"; Azure DevOps docs, "Logging commands".
 */
const logCommand =
  /(?<=:):(?=(?:add|remove|save|set|internal)-[a-z]|(?:warning|error|notice|stop-commands)(?![\w-]))|(?<=(?:^|\s):):(?=[a-z])|(?<=##(?:vso|teamcity)?)\[/gi;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One character as the escape that JavaScript and people read: `\n`, `\u{202e}`. */
const escapeOf = (character: string): string => named[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** The text on one line with every invisible, control and direction character escaped, and no command to a log in it:
 *  safe for a terminal and for CI. */
export const visible = (text: string): string => text.replace(logCommand, escapeOf).replace(invisible, escapeOf);

/** The text, of at most 300 characters, with all but visible ASCII as escapes, spaces too: for values whose fault is a
 *  character that looks like another, or like nothing. */
export const spelledOut = (text: string): string => cut(text, 300).replace(/[^\x21-\x7e…]/gu, escapeOf);

/** As `visible`, but keeps line breaks: for commands and policies that are shown as blocks. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n');

/** JSON text with invisible and direction characters, and what makes a command to a log, as `\uXXXX`: parses to the same
 *  value, safe on a terminal and for CI. */
export const safeJson = (value: unknown, indent = 0): string => safeJsonText(JSON.stringify(value, null, indent));

/** As `safeJson`, for what is JSON text already. */
export const safeJsonText = (json: string): string =>
  json.replace(logCommand, unitEscapes).replace(invisibleInJson, unitEscapes);

/** JSON text without the two characters that SQS takes in no message (API reference, `SendMessage`: U+FFFE and U+FFFF). */
export const queueableJson = (value: unknown): string => JSON.stringify(value).replace(/[\ufffe\uffff]/g, unitEscapes);

/** As `safeJson`, and `<`, `>` and `&` escaped too: nothing in it can end a script element or start markup. */
export const embeddableJson = (value: unknown): string => safeJson(value).replace(/[<>&]/g, unitEscapes);

/** `\uXXXX` for each code unit, as JSON wants it. */
const unitEscapes = (character: string): string =>
  [...Array(character.length).keys()]
    .map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');

/** The text cut to at most `limit` code points, with an ellipsis where it was cut. Never splits a surrogate pair. */
export const cut = (text: string, limit: number): string => {
  if (text.length <= limit) return text;
  const points = Array.from(text.slice(0, limit * 2 + 2));
  return points.length <= limit ? points.join('') : `${points.slice(0, Math.max(0, limit - 1)).join('')}…`;
};

/** As `cut`, to at most `limit` UTF-16 units, which is how chat services count. */
export const cutUnits = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1)).replace(/[\ud800-\udbff]$/, '')}…`;

/** One line without control characters, at most 300 characters: for words of others inside a sentence. */
export const oneLine = (text: string): string => cut(text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(), 300);

/** Characters that a terminal shows in two columns: East Asian wide and full-width ones, and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/gu;
/** Characters that stand on the one before them. */
const combining = /[\p{Mn}\p{Me}]/gu;

/** How many columns of a terminal a text takes, which has no control characters (`visible`). Source: Unicode Standard
 *  Annex #11, "East Asian Width". */
export const displayWidth = (text: string): number => {
  const bare = text.replace(combining, '');
  return [...bare].length + (bare.match(wide)?.length ?? 0);
};

/** The text with blanks after it, to that many columns. */
export const padTo = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
