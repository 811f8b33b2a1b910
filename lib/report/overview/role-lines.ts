/** The roles that a person asked for by level and namespace, as lines of the terminal. */

import { roleNameOf } from '../../model.ts';
import { levelNames } from '../../reach/level-in-words.ts';
import { counted, shortListOf, visible } from '../../text.ts';
import type { AskedRole, RoleAnswer } from '../graph/role-answer.ts';
import { paint, type TextStyle, wrap } from '../text-layout.ts';

/** Names that stand in one line. */
const maxNames = 6;

/** The answer; empty where nobody asked. It never says that there is no such role where something was not read. */
export const roleLines = (answer: RoleAnswer | undefined, style: TextStyle): readonly string[] => {
  if (answer === undefined) return [];
  const { roles } = answer;
  const heading = `${counted(roles.length, 'role')} ${headingOf(answer)}`;
  const sentences = [
    ...(roles.length === 0
      ? [`No such role was found${openSentences(answer).length === 0 ? '' : ', as far as it was read'}.`]
      : []),
    ...openSentences(answer),
    ...(answer.isNamespaceUnseen ? [`No audited cluster has a namespace ${answer.question.namespace}.`] : []),
    ...(answer.areUpperBounds && roles.length > 0
      ? ['Service control policies were not read (add --control-policies): a level may be less.']
      : []),
  ];
  return [
    paint(style, 'bold', heading),
    ...roles.flatMap(role => linesOf(role, style)),
    ...sentences.flatMap(sentence => wrap(visible(sentence), style.width - 2).map(line => `  ${line}`)),
  ];
};

const headingOf = ({ question: { levels = [], namespace } }: RoleAnswer): string =>
  [
    ...(namespace === undefined ? [] : [`that service accounts of namespace ${visible(namespace)} can assume`]),
    ...(levels.length === 0 ? [] : [`with level ${levels.map(level => levelNames[level]).join(' or ')}`]),
  ].join(', ');

const linesOf = ({ roleArn, says, open, who, maybe }: AskedRole, style: TextStyle): readonly string[] => {
  const by = [
    ...(who.length === 0 ? [] : [`assumed by ${shortListOf(who, maxNames)}`]),
    ...(maybe.length === 0 ? [] : [`perhaps by ${shortListOf(maybe, maxNames)}`]),
  ].join(', ');
  const sentences = [
    `${roleNameOf(roleArn)} ${says}`,
    ...(open === undefined ? [] : [open]),
    ...(by === '' ? [] : [by]),
  ];
  return sentences.flatMap((sentence, index) => {
    const indent = index === 0 ? '  ' : '    ';
    return wrap(visible(sentence), style.width - indent.length - 2).map(
      (line, at) => `${at === 0 ? indent : `${indent}  `}${line}`,
    );
  });
};

const openSentences = ({ unknown, missing }: RoleAnswer): readonly string[] => [
  ...(unknown === 0 ? [] : [`The level of ${counted(unknown, 'other role')} is not known: each may be one of them.`]),
  ...missing.map(text => `Roles may be missing: ${text}.`),
];
