/** A pasted text in the state of one pod: the last link of its chain. */
import type { MessageExplanation } from '../../explain/explain-message.ts';
import { withoutRole } from '../../explain/marks.ts';
import type { Facts } from '../../facts.ts';
import { accessOf } from '../../report/graph/access.ts';
import { graphOf } from '../../report/graph/graph.ts';
import { catalog } from '../../rules/catalog.ts';
import { evaluate } from '../../rules/evaluate/evaluate.ts';
import { given } from '../../text.ts';
import { type WhyChain, type WhyStep, withTextStep } from '../../why/why-chain.ts';
import { type CausesHere, causesByAudit } from '../findings/causes-here.ts';

/** The chain with the text as a link, and the causes of the text in the state that was read. */
export interface TextInChain {
  readonly chain: WhyChain;
  readonly here: CausesHere;
}

/** Asks the state for the causes of a text. `place`: the namespace and the cluster of the chain. */
export const withText = (
  chain: WhyChain,
  explanation: MessageExplanation,
  facts: Facts,
  place: { readonly namespace: string; readonly cluster: string },
): TextInChain => {
  const { findings, undecided } = evaluate(facts, { rules: catalog });
  const graph = graphOf({ facts: [facts], access: accessOf([facts]), findings });
  const named = { namespace: place.namespace, ...given({ serviceAccount: chain.serviceAccount }) };
  // The state is asked about a text that is not known, too: its subject is.
  const verdict = explanation.verdict === 'unknown' ? 'likely' : explanation.verdict;
  const about: MessageExplanation = { ...explanation, verdict, facts: { ...explanation.facts, ...named } };
  const hasRole = chain.steps.some(({ step, result }) => step === 'injection' && result === 'ok');
  const more = { cluster: place.cluster, excludes: hasRole ? withoutRole : [] };
  const here = causesByAudit(about, { findings, undecided, gaps: [], graph }, [facts], {}, more);
  return { chain: withTextStep(chain, stepOf(chain, explanation, here)), here };
};

/** A finding that is a cause of the text fails the link, that of the chain first; so does the one cause that the text leaves, where the
 *  state does not exclude it. */
const stepOf = (chain: WhyChain, { quote, verdict, causes }: MessageExplanation, { decided }: CausesHere): WhyStep => {
  const seen = quote ?? 'no known message';
  const found = decided.filter(({ state }) => state === 'found').flatMap(({ findings }) => findings);
  const ofChain = new Set([chain.cause, ...chain.steps.map(one => one.cause), ...chain.also].map(one => one?.id));
  const cause = found.find(({ id }) => id === chain.cause?.id) ?? found.find(({ id }) => ofChain.has(id)) ?? found[0];
  if (cause !== undefined) return { step: 'text', result: 'failed', seen, cause };
  const [first] = causes;
  const isAbsent = decided.some(one => one.cause === first?.cause && one.state === 'absent');
  if (first === undefined || isAbsent || verdict === 'likely' || verdict === 'unknown')
    return { step: 'text', result: 'unread', seen, because: 'it does not decide between its causes' };
  const { says: message, fix } = first.cause;
  return {
    step: 'text',
    result: 'failed',
    seen,
    cause: { message, evidence: [], fix: { summary: fix, commands: [] } },
  };
};
