/**
 * Filter policies over the attributes of a message: fauxqs reads a `String.Array` as one text. Source: SNS Developer Guide, "Filter
 * policies for message attributes", "String value matching" and "Key matching".
 */
import { type Json, record } from './stack.ts';

/** The values of an attribute as SNS hands it on: each element of a `String.Array` is one. */
const valuesOf = (attribute: unknown): readonly unknown[] => {
  const { Type, Value } = record(attribute, 'an attribute');
  return Type === 'String.Array' ? [JSON.parse(String(Value))].flat() : [Value];
};

/** Whether a policy lets a message through: each of its keys has a value that the message has. Throws for an operator beside literals and
 *  `exists`. */
export const passes = (policy: Json, attributes: Json): boolean =>
  Object.entries(policy).every(([name, conditions]) => {
    const values = name in attributes ? valuesOf(attributes[name]) : [];
    return [conditions].flat().some(condition => {
      if (typeof condition === 'string') return values.includes(condition);
      const { exists, ...others } = record(condition, 'a condition');
      if (typeof exists !== 'boolean' || Object.keys(others).length > 0)
        throw new Error(`an operator of filter policies that is not known here: ${JSON.stringify(condition)}`);
      // Of a message without any attribute neither holds.
      return Object.keys(attributes).length > 0 && name in attributes === exists;
    });
  });
