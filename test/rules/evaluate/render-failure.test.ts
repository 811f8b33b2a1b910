import { describe, expect, test } from '@jest/globals';
import { roleLastAccess } from '../../../lib/fixes/aws-steps.ts';
import { renderFailure, renderFix } from '../../../lib/rules/evaluate/render-failure.ts';
import type { Failure } from '../../../lib/rules/failure.ts';
import { phrase } from '../../../lib/text/message.ts';

const sound = roleLastAccess('arn:aws:iam::111122223333:role/app');
const unsound = roleLastAccess('arn:aws:iam::111122223333:role/$(id)');
const other = (step: typeof sound) => ({ summary: 'another way', steps: [step] });

describe('a fix', () => {
  test('has its commands, and every sound other way', () => {
    const fix = { summary: 's', steps: [sound], alternatives: [other(sound)] };
    expect(renderFix(fix)).toEqual({ ...fix, commands: [expect.stringContaining('--arn arn:aws:iam::111122223333:')] });
  });

  test('loses another way of which no command can be made, and keeps the rest', () => {
    const fix = { summary: 's', steps: [sound], choice: 'which', alternatives: [other(unsound), other(sound)] };
    expect(renderFix(fix)).toMatchObject({ steps: [sound], choice: 'which', alternatives: [other(sound)] });
  });

  test.each([
    [undefined, 'No command is given, because it would hold a name that AWS or Kubernetes does not have.'],
    ['Which?', 'No command is given, because it would hold a name that AWS or Kubernetes does not have. Which?'],
  ])('with one step of which no command can be made has none, and says so beside %j', (choice, wanted) => {
    const fix = { summary: 's', steps: [sound, unsound], ...(choice === undefined ? {} : { choice }) };
    expect(renderFix(fix)).toEqual({ summary: 's', steps: [], commands: [], choice: wanted });
  });
});

describe('a failure', () => {
  const rule = { id: 'a-rule', says: { broken: ['broken', '{what} is broken'] } } as const;
  const failure: Failure = {
    messageId: 'broken',
    data: { what: 'it' },
    evidence: [
      { what: 'a', got: 'b', readFrom: 'c' },
      {
        what: 'a',
        got: phrase('{n:pod}', { n: 2 }),
        wanted: 'none',
        readFrom: 'c',
        at: { line: 1, column: 2 },
        volatile: true,
      },
    ],
    fix: { summary: 's', steps: [] },
  };

  test('is its sentence with the consequence, and its evidence with the values that are compared', () => {
    expect(renderFailure(rule, { ...failure, volatile: ['what'], consequence: 'the role is one' })).toEqual({
      messageId: 'broken',
      data: { what: 'it' },
      volatile: ['what'],
      brief: 'broken',
      message: 'it is broken; the role is one',
      evidence: [
        { what: 'a', got: 'b', readFrom: 'c' },
        {
          ...{ what: 'a', got: '2 pods', wanted: 'none', readFrom: 'c', at: { line: 1, column: 2 }, volatile: true },
          data: { 'got.n': 2, wanted: 'none' },
        },
      ],
    });
    expect(renderFailure(rule, failure)).not.toHaveProperty('volatile');
  });

  test.each(['other', 'constructor'])('of a message that the rule does not declare is a defect: %s', messageId => {
    expect(() => renderFailure(rule, { ...failure, messageId })).toThrow(
      `rule a-rule declares no message "${messageId}"`,
    );
  });
});
