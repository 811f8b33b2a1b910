/** The target that words name, by the names that kubectl has for kinds. */
import { expect, test } from '@jest/globals';
import { whyTargetOf } from '../../../lib/cli/why/target.ts';

test.each<[readonly string[], string, string]>([
  [['cart'], 'Pod', 'cart'],
  [['pod/cart'], 'Pod', 'cart'],
  [['pods', 'cart'], 'Pod', 'cart'],
  [['po/cart'], 'Pod', 'cart'],
  [['sa/cart'], 'ServiceAccount', 'cart'],
  [['ServiceAccounts/cart'], 'ServiceAccount', 'cart'],
  [['deploy/cart'], 'Deployment', 'cart'],
  [['deployments.apps/cart'], 'Deployment', 'cart'],
  [['deployment.v1.apps', 'cart'], 'Deployment', 'cart'],
  [['sts', 'cart'], 'StatefulSet', 'cart'],
  [['ds', 'cart'], 'DaemonSet', 'cart'],
  [['job/cart'], 'Job', 'cart'],
  [['cj/cart'], 'CronJob', 'cart'],
  [['ro/cart'], 'Rollout', 'cart'],
  [['pod/pod'], 'Pod', 'pod'],
  [['deploy'], 'Pod', 'deploy'],
])('%j', (words, kind, name) => {
  expect(whyTargetOf(words, 'checkout')).toEqual({ kind, name, namespace: 'checkout' });
});

test.each([[['sa/shop/cart']], [['sa', 'shop/cart']]])('%j names its namespace too', words => {
  expect(whyTargetOf(words, 'checkout')).toEqual({ kind: 'ServiceAccount', name: 'cart', namespace: 'shop' });
});

test.each<[readonly string[], string]>([
  [[], 'why: got "", wanted pod/NAME, deployment/NAME or serviceaccount/NAME'],
  [['pod/'], 'why: got "pod/", wanted pod/NAME, deployment/NAME or serviceaccount/NAME'],
  [['/cart'], 'why: got "/cart", wanted'],
  [['pod', 'a', 'b'], 'why: got "pod a b", wanted'],
  [['pod/a/b/c'], 'why: got "pod/a/b/c", wanted'],
  [['pod/a', 'b'], 'why: got "pod/a b", wanted'],
  [['checkout/cart'], 'a namespace comes with -n: serviceaccount/cart -n checkout'],
  [['dep/cart'], 'a namespace comes with -n: serviceaccount/cart -n dep'],
])('%j names none', (words, message) => {
  expect(() => whyTargetOf(words, 'default')).toThrow(message);
});
