import { expect, test } from '@jest/globals';
import { setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { annotate } from '../../lib/fixes/kubernetes-steps.ts';
import { posixScript } from '../../lib/fixes/posix-script.ts';
import { aCluster } from '../support/example-world.ts';

/** The lines of a script behind its functions. */
const linesOf = (step: Parameters<typeof posixScript>[0][number]): readonly string[] => {
  const lines = posixScript([step], { contextOf: () => 'prod' }, () => ['# step']).split('\n');
  return lines.slice(lines.indexOf('# step') + 1);
};
const account = { namespace: 'checkout', name: 'cart', annotations: {}, labels: {} };

test('a step of AWS begins with the question whose credentials these are', () => {
  const [first] = linesOf(setTrustPolicy('arn:aws:iam::111122223333:role/cart', '{}', { a: 1 }));
  expect(first).toBe(
    `[ "$(aws sts get-caller-identity --query Account --output text)" = 111122223333 ] || stop 1 'the credentials are of another account'`,
  );
});

test('a step of AWS without an account is not run', () => {
  const [first] = linesOf(setTrustPolicy('arn:aws:iam::aws:role/cart', '{}', { a: 1 }));
  expect(first).toBe("stop 1 'it names no account'");
});

test('a step in a cluster begins with the question where the context leads', () => {
  const cluster = aCluster({ context: 'prod', certificateAuthority: 'QUJD' });
  const [first] = linesOf(annotate(cluster, account, 'a', 'b'));
  expect(first).toBe(
    `leads_to ${cluster.endpoint} d9cae0dbdbf078b2020e2abe5fcd74bc1edba83c35f6b8a86d638ed9b8d3d1f9 --context prod || stop 1 'the context leads to another API server'`,
  );
});

test('a step in a cluster whose server is not known is not run', () => {
  const { endpoint: _, ...unknown } = aCluster({ context: 'prod' });
  const [first] = linesOf(annotate(unknown, account, 'a', 'b'));
  expect(first).toBe("stop 1 'the API server that was audited is not known'");
});
