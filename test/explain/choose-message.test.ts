import { describe, expect, test } from '@jest/globals';
import { chooseMessage } from '../../lib/explain/choose-message.ts';
import { recordsOf } from '../../lib/explain/log-records.ts';
import type { KnownMessage } from '../../lib/explain/messages/known-message.ts';
import type { Match } from '../../lib/explain/messages/known-messages.ts';
import { factsIn } from '../../lib/explain/text-facts.ts';

const message = (id: string, over: Partial<KnownMessage> = {}): KnownMessage => ({
  id,
  by: 'a program',
  sample: '',
  texts: [id],
  says: '',
  causes: [],
  ...over,
});
const messages = [
  message('reason'),
  message('other'),
  message('symptom', { isSymptom: true }),
  message('frame', { isFrame: true }),
  message('wide', { unless: ['reason'] }),
];
const find = (text: string): readonly Match[] => {
  const all = messages.flatMap(one => {
    const at = text.search(new RegExp(`\\b${one.id}\\b`));
    return at < 0 ? [] : [{ message: one, fromEnd: text.length - at - one.id.length, quote: one.id }];
  });
  return all.filter(({ message: { unless = [] } }) => !all.some(({ message: { id } }) => unless.includes(id)));
};
const chosen = (...lines: readonly string[]) => {
  const choice = chooseMessage(recordsOf(lines.join('\n')), find);
  return choice && [choice.message.id, choice.also.map(({ message: { id } }) => id)];
};
const at = (time: string, text: string) => `2026-11-01T${time}Z ${text}`;

describe('the message that is explained', () => {
  test.each<[string, readonly string[], readonly unknown[] | undefined]>([
    ['none is known', ['nothing'], undefined],
    ['the newest record', [at('06:00:00', 'reason'), at('06:01:00', 'other')], ['other', ['reason']]],
    ['the innermost of a record', [at('06:00:00', 'other because of reason')], ['reason', ['other']]],
    ['a reason before its symptom', [at('06:00:00', 'reason'), at('06:05:00', 'symptom')], ['reason', ['symptom']]],
    ['a symptom of later', [at('06:00:00', 'reason'), at('06:05:01', 'symptom')], ['symptom', ['reason']]],
    ['a reason without a time', ['error: reason', at('06:05:01', 'symptom')], ['reason', ['symptom']]],
    ['a frame gives way, and is not told beside it', [at('06:00:00', 'reason in a frame')], ['reason', []]],
    ['a frame alone', [at('06:00:00', 'frame')], ['frame', []]],
    ['a general one gives way to a special one', [at('06:00:00', 'reason, wide')], ['reason', []]],
    ['a general one of another record', [at('06:00:00', 'wide'), at('06:01:00', 'reason')], ['reason', []]],
    [
      'each is told once',
      [at('06:00:00', 'other'), at('06:01:00', 'other'), at('06:02:00', 'reason')],
      ['reason', ['other']],
    ],
  ])('%s', (_of, lines, wanted) => {
    expect(chosen(...lines)).toEqual(wanted);
  });
});

const arn = 'arn:aws-cn:iam::111122223333:role/shop/checkout-cart';
test.each([
  [`AccessDenied for ${arn}.`, { roleArn: arn, accountId: '111122223333' }],
  ['by arn:aws:sts::444455556666:assumed-role/x/y', { accountId: '444455556666', callerRole: 'x' }],
  ['STS is not activated in this region for account:111122223333', { accountId: '111122223333' }],
  ['for account: 111122223333', { accountId: '111122223333' }],
  [
    'for https://oidc-eks.cn-north-1.api.amazonwebservices.com.cn/id/ABC1,',
    { issuer: 'https://oidc-eks.cn-north-1.api.amazonwebservices.com.cn/id/ABC1', region: 'cn-north-1' },
  ],
  ['dial sts.eu-west-1.amazonaws.com: timeout', { region: 'eu-west-1', stsHost: 'sts.eu-west-1.amazonaws.com' }],
  [
    'dial sts.eusc-de-east-1.amazonaws.eu: timeout',
    { region: 'eusc-de-east-1', stsHost: 'sts.eusc-de-east-1.amazonaws.eu' },
  ],
  ['Post https://sts.amazonaws.com/', { stsHost: 'sts.amazonaws.com' }],
  ['kubectl logs pod/cart-7d9f6c5b8-x2x4z -n checkout', { pod: 'cart-7d9f6c5b8-x2x4z', namespace: 'checkout' }],
  ['pod "checkout/cart-7d9f6c5b8-x2x4z"', { pod: 'cart-7d9f6c5b8-x2x4z', namespace: 'checkout' }],
  ['sub system:serviceaccount:checkout:cart.', { namespace: 'checkout', serviceAccount: 'cart' }],
  ...['kubectl get sa -n', 'kubectl get sa --namespace', 'kubectl get sa --namespace='].map(
    (text): [string, object] => [`${text}${text.endsWith('=') ? '' : ' '}checkout cart`, { namespace: 'checkout' }],
  ),
  ...['"namespace":"checkout"', '"namespace": "checkout"', 'namespace=checkout', 'namespace: checkout'].map(
    (text): [string, object] => [`{${text}}`, { namespace: 'checkout' }],
  ),
  ['nothing of 111122223333', {}],
])('names in a text: %s', (text, facts) => {
  expect(factsIn(text)).toEqual(facts);
});
