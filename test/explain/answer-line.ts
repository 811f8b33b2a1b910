import type { MessageExplanation } from '../../lib/explain/explain-message.ts';
import { knownMessages } from '../../lib/explain/explain-message.ts';
import type { Cause, KnownMessage } from '../../lib/explain/known-message.ts';

const usual: ReadonlyMap<string, readonly string[]> = new Map(
  knownMessages.map(({ id, causes }) => [id, causes.map(({ text }) => text)]),
);
const named = (title: string, messages: readonly KnownMessage[]): readonly string[] =>
  messages.length === 0 ? [] : [`${title} ${messages.map(({ id }) => id).join(' ')}`];

/** The causes by their usual places, `+` at those that tell a sign. */
const placesOf = (id: string, causes: readonly Cause[]): string =>
  causes.map(({ text, seen }) => `${(usual.get(id)?.indexOf(text) ?? -1) + 1}${seen ? '+' : ''}`).join(' ');

/** An explanation on one line, without the texts of its message (test/golden/explain/messages.txt has them): what differs from
 *  the message alone, with its causes in their usual order. */
export const answerLine = (explanation: MessageExplanation): string => {
  const facts = Object.entries(explanation.facts).map(([name, value]) => `${name} ${value}`);
  if (!explanation.known)
    return [
      explanation.elsewhere ? `elsewhere ${explanation.elsewhere.id}` : 'unknown',
      ...named('nearest', explanation.nearest),
      ...facts,
    ].join(', ');
  const { message, also, decided } = explanation;
  const places = placesOf(message.id, message.causes);
  const isUsual = places === (usual.get(message.id) ?? []).map((_, at) => at + 1).join(' ');
  return [
    message.id,
    ...(isUsual ? [] : [`causes ${places}`]),
    ...(decided && message.causes.length > 1 ? ['decided'] : []),
    ...named('also', also),
    ...facts,
  ].join(', ');
};
