import type { Facts } from '../../../facts/facts.ts';
import type { FixDraft } from '../../../model/finding.ts';
import type { AccessChange } from '../../../model/step.ts';
import { spelledOut } from '../../../text/visible-text.ts';
import { choiceOfGains } from '../../access/provider-creation.ts';

/** What a person must decide before an audience is added to a provider: who gains by it, and whether those that it was
 *  plainly mistaken for are used. */
export const choiceOfAudience = (
  near: readonly string[],
  access: readonly AccessChange[],
  facts: Facts,
): Pick<FixDraft, 'choice'> => {
  const gains = choiceOfGains(access, facts);
  const sentences = [
    ...(gains === undefined ? [] : [gains]),
    ...(near.length > 0 ? [`Remove ${near.map(spelledOut).join(', ')} if no service account uses it.`] : []),
  ];
  return sentences.length === 0 ? {} : { choice: sentences.join(' ') };
};
