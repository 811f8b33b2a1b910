import { describe, expect, test } from '@jest/globals';
import { explainMessage } from '../../../lib/core/explain/explain-message.ts';
import { beforeSts, notOurs, rareAnswers, shapes } from './pasted-logs.ts';
import { byCluster, byServices } from './pasted-service-logs.ts';

/** The explanation of a text in which a message is known. */
const knownIn = (text: string) => {
  const explanation = explainMessage(text);
  if (!explanation.known) throw new Error(`nothing is known in ${text}`);
  return explanation;
};

const idOf = (text: string): string => {
  const explanation = explainMessage(text);
  return explanation.known ? explanation.message.id : 'unknown';
};

describe('a pasted log is understood', () => {
  test.each([...shapes, ...beforeSts, ...rareAnswers, ...byServices, ...byCluster])('%s: %s', (id, _, text) => {
    expect(idOf(text)).toBe(id);
  });

  test('who has an answer of STS has reached it, whatever else is not reached', () => {
    const { message } = knownIn(
      'caused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\n\tstatus code: 403\ndial tcp 10.100.0.7:5432: connect: connection refused',
    );
    expect(message.id).toBe('sts-not-authorized');
  });

  test('one cause is told once: without a region there is no STS to reach', () => {
    const region = beforeSts.find(([, seenIn]) => seenIn.endsWith('#1308'));
    expect(knownIn(region?.[2] ?? '').also).toEqual([]);
  });

  test.each(byServices)('%s: %s: STS is not told of', (_id, _seenIn, text) => {
    const { message, also } = knownIn(text);
    expect([message, ...also].map(({ from }) => from).filter(from => from !== 'other-service')).toEqual([]);
  });

  test.each(notOurs)('and is not taken for one: %s', (_, text) => {
    expect(idOf(text)).toBe('unknown');
  });

  test('noise around it is not the first thing told', () => {
    const noise = notOurs.map(([, text]) => text).join('\n');
    const { message, also } = knownIn(`${noise}\nUnable to locate credentials`);
    expect([message, also]).toMatchObject([{ id: 'sdk-no-credentials' }, []]);
  });
});
