import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-too-complex` is known. */
export const examples: Examples = {
  pass: { title: 'one account is named', facts: () => someFacts() },
  fail: {
    title: 'four patterns that must all match',
    facts: () => someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition: allOf(patterns) }) })]) }),
  },
};

const patterns = ['abcdefghijklmnopqrstu', 'utsrqponmlkjihgfedcba', 'acegikmoqsubdfhjlnprt', 'adgjmpsbehknqtcfiloru'];

/** Operators that all mean `StringLike` where the key is there. */
const likes = ['StringLike', 'StringLikeIfExists', 'ForAnyValue:StringLike', 'ForAllValues:StringLike'];

const allOf = (orders: readonly string[]): unknown =>
  Object.fromEntries(
    orders.map((order, at) => [
      likes[at],
      { [`${exampleIssuer.slice('https://'.length)}:sub`]: `system:serviceaccount:*${[...order].join('*')}*` },
    ]),
  );
