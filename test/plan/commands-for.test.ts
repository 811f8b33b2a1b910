import { expect, test } from '@jest/globals';
import { setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import type { CommandOptions } from '../../lib/fixes/command.ts';
import { annotate, restoreWebhook } from '../../lib/fixes/kubernetes-steps.ts';
import { roleArnKey } from '../../lib/model/irsa-annotation.ts';
import type { Step } from '../../lib/model/step.ts';
import { commandsInLine, fixFor } from '../../lib/plan/chosen-fix.ts';
import { aFinding } from '../support/drift-builders.ts';
import { aCluster } from '../support/example-world.ts';

const cluster = aCluster();
const annotated = annotate(cluster, { namespace: 'checkout', name: 'cart', annotations: {} }, roleArnKey, 'arn');
const commands = (steps: readonly Step[], options?: CommandOptions): readonly string[] =>
  fixFor({ summary: 'Name it.', commands: [], steps }, options).commands;

test('a context of any name is used; where there is not one, the first command makes it', () => {
  const [made, set] = commands([annotated]);
  expect(made).toBe(
    `new=$(mktemp) && export KUBECONFIG="\${KUBECONFIG:-$HOME/.kube/config}":"$new" && aws eks update-kubeconfig --name ${cluster.name} --region ${cluster.region} --kubeconfig "$new"`,
  );
  expect(set).toContain(`kubectl --context ${cluster.arn} --namespace checkout annotate`);
  const known = commands([annotated], { contextOf: () => 'prod' });
  expect(known).toEqual([expect.stringContaining('kubectl --context prod --namespace checkout annotate')]);
  const profile = commands([annotated], { contextOf: () => undefined, profile: 'ops', kubeconfig: '/etc/k' });
  expect(profile[0]).toMatch(
    / KUBECONFIG=\/etc\/k:"\$new" && aws eks update-kubeconfig .* --profile ops --kubeconfig "\$new"$/,
  );
  expect(profile[1]).not.toContain('--kubeconfig');
});

test('the context that a cluster was read through is used where nothing is known of the kubeconfig, and no other', () => {
  const read = annotate({ ...cluster, context: 'laptop' }, { namespace: 'a', name: 'b', annotations: {} }, 'c', 'd');
  expect(commands([read])).toEqual([expect.stringContaining('kubectl --context laptop ')]);
  expect(commands([read], { contextOf: () => undefined })).toEqual([
    expect.stringContaining('update-kubeconfig'),
    expect.stringContaining(`kubectl --context ${cluster.arn} `),
  ]);
});

const policy = { Version: '2012-10-17', Statement: [{ Sid: "it's", Effect: 'Allow', Resource: '$(id) `id` \u202e' }] };
const trust = setTrustPolicy('arn:aws:iam::111122223333:role/checkout-cart', '{}', policy);

test('a policy follows its command as its standard input', () => {
  const [command = ''] = commands([trust]);
  const [line, ...document] = command.split('\n');
  expect(line).toBe(
    `[ "$(aws sts get-caller-identity --query Account --output text)" = 111122223333 ] && aws iam update-assume-role-policy --role-name checkout-cart --policy-document file:///dev/stdin <<'JSON'`,
  );
  expect(document.at(-1)).toBe('JSON');
  expect(JSON.parse(document.slice(0, -1).join('\n'))).toEqual(policy);
  expect(command).not.toMatch(/[^\x20-\x7e\n]/);
});

test('the patch of a webhook is its standard input too', () => {
  const [, command = ''] = commands([restoreWebhook(cluster, 'QUJD', { isThere: true, version: '7' })]);
  expect(command.split('\n')[0]).toMatch(
    /^kubectl .* patch --type json --patch-file \/dev\/stdin -- mutatingwebhookconfiguration\/\S+ <<'JSON'$/,
  );
});

test('where a command must stand in one line, the command that prints it does', () => {
  const finding = aFinding({ fix: { summary: 'Name it.', ...{ commands: commands([trust]), steps: [trust] } } });
  expect(commandsInLine(finding)).toEqual([`irsa-auditor fix ${finding.id.slice(0, 8)}`]);
});
