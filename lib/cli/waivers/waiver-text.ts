import { ConfigurationInvalid, parseConfiguration } from '../../config/configuration.ts';
import type { Waiver } from '../../rules/evaluate/waivers.ts';
import { currentRuleId } from '../../rules/former-ids.ts';
import { safeJsonText } from '../../text/visible-text.ts';
import { readJson } from '../lint/read-json.ts';
import { isUnreadable, itemsOf, memberOf, type SourceNode, stringOf } from '../lint/source-tree.ts';
import { UsageError } from '../shell/io.ts';

/** A waiver, or what names one, as one line of JSON that is safe on a terminal and for CI. */
export const waiverJson = (waiver: Waiver | Pick<Waiver, 'rule' | 'subject'>): string =>
  safeJsonText(JSON.stringify(waiver, undefined, 1).replace(/\n\s*/g, ' '));

/** The text of a configuration with the waiver in it; one for the same rule and subject is replaced, all else stays as it
 *  is. `source` names the file. Throws `UsageError` for a text that is no valid configuration, before or after. */
export const withWaiver = (text: string, waiver: Waiver, source: string): string => {
  const root = rootOf(text, source);
  const waivers = memberOf(root, 'waivers');
  const items = itemsOf(waivers);
  const own = items.find(item => isFor(item, waiver));
  const last = items.at(-1);
  const json = waiverJson(waiver);
  if (own !== undefined) return checked(replaced(text, own, json), source);
  if (last !== undefined) return checked(replaced(text, { at: last.end, end: last.end }, `,\n    ${json}`), source);
  if (waivers !== undefined) return checked(replaced(text, waivers, `[\n    ${json}\n  ]`), source);
  const end = text.slice(0, root.end - 1).trimEnd().length;
  const comma = root.members.length > 0 ? ',' : '';
  return checked(
    replaced(text, { at: end, end: root.end - 1 }, `${comma}\n  "waivers": [\n    ${json}\n  ]\n`),
    source,
  );
};

/** The text of a configuration without the waiver of this rule and exact subject, all else as it is. Throws `UsageError`
 *  where there is none. */
export const withoutWaiver = (text: string, waiver: Pick<Waiver, 'rule' | 'subject'>, source: string): string => {
  const waivers = memberOf(rootOf(text, source), 'waivers');
  const items = itemsOf(waivers);
  const at = items.findIndex(item => isFor(item, waiver));
  const [own, before, after] = [items[at], items[at - 1], items[at + 1]];
  if (own === undefined || waivers === undefined)
    throw new UsageError(
      `${source}: no waiver of ${waiver.rule} for exactly ${waiver.subject}; one with a pattern covers others too: change it by hand`,
    );
  const span =
    before !== undefined
      ? { at: before.end, end: own.end }
      : after !== undefined
        ? { at: own.at, end: after.at }
        : { at: waivers.at + 1, end: waivers.end - 1 };
  return checked(replaced(text, span, ''), source);
};

const rootOf = (text: string, source: string): SourceNode & { readonly kind: 'object' } => {
  const root = readJson(checked(text, source));
  if (isUnreadable(root) || root.kind !== 'object') throw new UsageError(`${source}: wanted a JSON object`);
  return root;
};

const isFor = (item: SourceNode, { rule, subject }: Pick<Waiver, 'rule' | 'subject'>): boolean =>
  currentRuleId(stringOf(memberOf(item, 'rule')) ?? '') === rule && stringOf(memberOf(item, 'subject')) === subject;

const replaced = (text: string, { at, end }: Pick<SourceNode, 'at' | 'end'>, by: string): string =>
  text.slice(0, at) + by + text.slice(end);

const checked = (text: string, source: string): string => {
  try {
    parseConfiguration(text, source);
    return text;
  } catch (error) {
    if (error instanceof ConfigurationInvalid) throw new UsageError(error.message, { cause: error });
    throw error;
  }
};
