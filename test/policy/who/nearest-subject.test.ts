import { describe, expect, test } from '@jest/globals';
import { isPlaceholder, nearestSubject } from '../../../lib/policy.ts';

const app = 'system:serviceaccount:prod:app';

describe('the subject that a malformed one most likely stands for', () => {
  test.each([
    ['System:ServiceAccount:Prod:App'],
    [` ${app}\n`],
    [`"${app}"`],
    [`'${app}'`],
    [`${app}\u200b`],
    [`system:serviceaccount:\u200dprod:app`],
    [`\ufeffsystem:service account:prod:app`],
    ['system:serviceaccounts:prod:app'],
    ['system:service-account:prod:app'],
    ['system:service-accounts:prod:app'],
    ['system:serviceacount:prod:app'],
    ['system:sa:prod:app'],
    ['system/serviceaccount/prod/app'],
    ['system:serviceaccount:prod/app'],
    ['serviceaccount:prod:app'],
    ['sa:prod:app'],
    ['prod:app'],
    ['prod/app'],
  ])('%j: the account app of prod', written => {
    expect(nearestSubject(written)).toBe(app);
  });

  test.each([
    // It is one already, or none is plain.
    [app],
    ['system:serviceaccount:prod'],
    ['app'],
    [''],
    ['system:serviceaccount:prod:app:x'],
    ['x:system:serviceaccount:prod:app'],
    ['system:serviceaccount:prod:a_b'],
    // A placeholder that a template engine should have replaced stands for nothing.
    ['system:serviceaccount:prod:<app>'],
    ['prod:$(app)'],
    ['{{ns}}:app'],
  ])('%j: none', written => {
    expect(nearestSubject(written)).toBeUndefined();
  });
});

describe('what a template engine should have replaced', () => {
  test.each([
    [`\${name}`, true],
    [`a-\${}-b`, true],
    ['{{ .Values.name }}', true],
    ['{{\n}}', true],
    ['{{}}', true],
    ['$(name)', true],
    ['$()', true],
    ['<name>', true],
    ['<>', false],
    ['<a<b', false],
    ['{name}', false],
    ['(name)', false],
    ['$name', false],
    [`\${aws:username}`, false],
    [`\${*}`, false],
    [`\${name, 'x'}`, false],
    ['prod:app', false],
  ])('%j: %s', (value, expected) => {
    expect(isPlaceholder(value)).toBe(expected);
  });
});
