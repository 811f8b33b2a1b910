import { type ChangeEvent, type Finding, parseArn, providerHostPath, roleNameOf, stripScheme } from '../model.ts';
import { counted, cut, visible } from '../text.ts';
import { inTurns } from './keep-changes.ts';
import type { FactChange, Transition } from './transition.ts';

/** Events that one transition keeps: those who called take turns, the newest first. */
const kept = 3;
/** Characters of a name, and of an address. */
const maxActor = 200;
const maxAddress = 60;

/** `UpdateAssumeRolePolicy by arn:aws:iam::111122223333:user/kim from 198.51.100.7 at 2026-11-25T10:15:02Z`, safe to show. */
export const changeSentence = ({ event, actor, sourceIp, at }: ChangeEvent): string =>
  `${cut(visible(event), maxAddress)} by ${cut(visible(actor), maxActor)} from ${cut(visible(sourceIp), maxAddress)} at ${cut(visible(at), maxAddress)}`;

/** All events of one change in a sentence each, and how many there are beside; undefined where none is known. */
export const changeSentences = (events: readonly ChangeEvent[] = []): string | undefined => {
  if (events.length === 0) return undefined;
  const others = countOthers(events);
  return [...events.map(changeSentence), ...(others === 0 ? [] : [`and ${counted(others, 'more call')}`])].join('; ');
};

const countOthers = (events: readonly ChangeEvent[]): number => events.reduce((sum, { others = 0 }) => sum + others, 0);

/**
 * Puts to each transition and each changed fact the events that changed what it is about: its role, its provider or
 * issuer, its cluster, in the same account. A thing that no event names gets no author: nothing is guessed.
 */
export const withChangeEvents = <
  M extends { readonly transitions: readonly Transition[]; readonly factChanges: readonly FactChange[] },
>(
  moves: M,
  events: readonly ChangeEvent[],
): M => {
  const ordered = inTurns(events);
  const about = (concerns: (event: ChangeEvent) => boolean): { readonly changedBy?: readonly ChangeEvent[] } => {
    const changedBy = shortened(ordered.filter(concerns));
    return changedBy.length === 0 ? {} : { changedBy };
  };
  return {
    ...moves,
    transitions: moves.transitions.map(each => ({
      ...each,
      ...about(event => concernsFinding(event, each.after.finding)),
    })),
    factChanges: moves.factChanges.map(each => ({ ...each, ...about(event => concernsText(event, each.subject)) })),
  };
};

/** The first few; the first of them counts the others. */
const shortened = (events: readonly ChangeEvent[]): readonly ChangeEvent[] => {
  const others = countOthers(events) + Math.max(0, events.length - kept);
  return events
    .slice(0, kept)
    .map(({ others: _others, ...event }, index) => (index === 0 && others > 0 ? { ...event, others } : event));
};

const concernsFinding = (event: ChangeEvent, finding: Finding): boolean => {
  const { subject, roleArn, providerArn, clusterArn, issuer } = finding;
  return [subject, roleArn, providerArn, clusterArn, issuer].some(
    text => text !== undefined && concernsText(event, text),
  );
};

/** Says of an ARN, an issuer's URL or a subject under a cluster's ARN whether it is what the event changed. */
const concernsText = ({ accountId, thing }: ChangeEvent, text: string): boolean => {
  const arn = parseArn(text);
  if (arn === undefined) return thing.kind === 'provider' && stripScheme(text) === thing.hostPath;
  if (arn.accountId !== accountId) return false;
  switch (thing.kind) {
    case 'role':
      return arn.service === 'iam' && arn.resource.startsWith('role/') && roleNameOf(text) === thing.name;
    case 'provider':
      return providerHostPath(text) === thing.hostPath;
    case 'cluster':
      return (
        arn.service === 'eks' && arn.region === thing.region && `${arn.resource}/`.startsWith(`cluster/${thing.name}/`)
      );
    case 'unnamed':
      return false;
  }
};
