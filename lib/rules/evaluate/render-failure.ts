import { posixCommands } from '../../fixes/render-step.ts';
import type { Evidence, Finding, Fix, FixDraft, Replaced } from '../../model/finding.ts';
import type { Change } from '../../model/step.ts';
import { given } from '../../text/given.ts';
import { type MessageData, type Phrase, renderPhrase, renderTemplate } from '../../text/message.ts';
import type { AnyRule } from '../define-rule.ts';
import type { EvidenceDraft, Failure, Says } from '../failure.ts';

/** The parts of a finding that a person reads, made of what a rule reported: the one place where its data becomes text. */
export const renderFailure = (
  { id, says }: Pick<AnyRule, 'id' | 'says'>,
  { messageId, data, volatile = [], evidence }: Failure,
): Pick<Finding, 'messageId' | 'data' | 'volatile' | 'brief' | 'message' | 'evidence'> => {
  const [brief, sentence] = textsOf(says, messageId, id);
  return {
    messageId,
    data,
    ...(volatile.length === 0 ? {} : { volatile }),
    brief,
    message: renderTemplate(sentence, data),
    evidence: evidence.map(renderEvidence),
  };
};

/** A fix with its steps as text. */
export const renderFix = (fix: FixDraft): Fix => {
  const [replaces] = fix.steps.flatMap(({ change }) => replacedBy(change));
  return { ...fix, commands: posixCommands(fix.steps), ...given({ replaces }) };
};

const replacedBy = (change: Change | undefined): readonly Replaced[] => {
  if (change?.kind === 'trust-policy') return [{ kind: change.kind, roleArn: change.roleArn }];
  return change?.kind === 'thumbprints' ? [{ kind: change.kind, providerArn: change.providerArn }] : [];
};

/** Throws where a rule reports a message that it does not declare: a defect, which its example shows. */
const textsOf = (says: Says, messageId: string, ruleId: string): Says[string] => {
  const texts = Object.hasOwn(says, messageId) ? says[messageId] : undefined;
  if (texts === undefined) throw new Error(`rule ${ruleId} declares no message "${messageId}"`);
  return texts;
};

const renderEvidence = ({ what, got, wanted, readFrom, at, volatile }: EvidenceDraft): Evidence => ({
  what,
  got: renderPhrase(got),
  ...(wanted === undefined ? {} : { wanted: renderPhrase(wanted) }),
  readFrom,
  ...given({ at }),
  ...(typeof got === 'string' && typeof (wanted ?? '') === 'string'
    ? {}
    : { data: { ...valuesOf('got', got), ...valuesOf('wanted', wanted ?? '') } }),
  ...given({ volatile }),
});

const valuesOf = (part: string, value: string | Phrase): MessageData =>
  typeof value === 'string'
    ? { [part]: value }
    : Object.fromEntries(Object.entries(value.data).map(([name, of]) => [`${part}.${name}`, of]));
