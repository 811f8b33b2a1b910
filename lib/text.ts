/**
 * The door of `lib/text`: words, names and JSON for people and shells. It knows nothing of AWS or Kubernetes.
 *
 * Everything is pure and total: a string from a cluster or a file is made visible (`visible`), quoted (`shellQuote`) or cut
 * (`cut`) before somebody reads or runs it.
 */

export { ageInWords } from './text/age-in-words.ts';
export { compareText } from './text/compare-text.ts';
export { counted } from './text/counted.ts';
export { cutMark, lengthBeforeCut, maxKept } from './text/cut-mark.ts';
export { daysBetween } from './text/days-between.ts';
export { given } from './text/given.ts';
export { hashOf } from './text/hash-of.ts';
export { canonicalJson, isObject, type JsonObject, jsonOf, objectOf, valueAt } from './text/json-value.ts';
export { differingPart, lineAt, lineDiff } from './text/lines.ts';
export {
  type DataOf,
  listed,
  type Message,
  type MessageData,
  type MessageValue,
  type Phrase,
  phrase,
  renderPhrase,
  renderTemplate,
  shortListOf,
} from './text/message.ts';
export { namedError } from './text/named-error.ts';
export { byLikeness, near, nearest } from './text/nearest.ts';
export { csvOf, hcl, notInterpolated, optionWord, shellQuote } from './text/quote.ts';
export {
  cut,
  cutUnits,
  displayWidth,
  embeddableJson,
  oneLine,
  padTo,
  queueableJson,
  safeJson,
  safeJsonText,
  spelledOut,
  visible,
  visibleLines,
} from './text/visible-text.ts';
export { withoutTrailingSlashes } from './text/without-trailing-slashes.ts';
