import { describe, expect, test } from '@jest/globals';
import { managedInWords, managerByTags, managerOfObject } from '../../lib/model/manager.ts';

describe('who manages a resource of AWS, by its tags', () => {
  test.each([
    [{ 'alpha.eksctl.io/cluster-name': 'shop', 'aws:cloudformation:stack-name': 'eksctl-shop' }, { tool: 'eksctl' }],
    [
      { 'alpha.eksctl.io/cluster-name': 'shop', 'alpha.eksctl.io/iamserviceaccount-name': 'checkout/cart' },
      { tool: 'eksctl', name: 'checkout/cart' },
    ],
    [{ 'aws:cloudformation:stack-name': 'roles' }, { tool: 'CloudFormation', name: 'roles' }],
    [{ ManagedBy: 'Terraform' }, { tool: 'Terraform' }],
    [{ 'managed-by': 'opentofu' }, { tool: 'Terraform' }],
    [{ Terraform: 'true' }, { tool: 'Terraform' }],
    [{ provisioned_by: 'cdk' }, { tool: 'CloudFormation' }],
    [{ terraform: 'false' }, undefined],
    [{ team: 'terraform', owner: 'Helm' }, undefined],
    [{ 'managed-by': 'hand' }, undefined],
    [{}, undefined],
  ])('%j', (tags, found) => {
    expect(managerByTags(tags as Readonly<Record<string, string>>)).toEqual(found);
  });
});

describe('who manages an object of Kubernetes', () => {
  const by = (over: Partial<Parameters<typeof managerOfObject>[0]>) =>
    managerOfObject({ annotations: {}, labels: {}, writers: [], ...over });
  const helm = {
    labels: { 'app.kubernetes.io/managed-by': 'Helm' },
    annotations: { 'meta.helm.sh/release-name': 'cart' },
  };

  test.each([
    ['Helm', by(helm), 'Helm (cart)'],
    [
      'Argo CD, which renders a chart',
      by({ ...helm, annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/ServiceAccount:checkout/cart' } }),
      'Argo CD (shop)',
    ],
    ['Argo CD, by its label', by({ labels: { 'argocd.argoproj.io/instance': 'shop' } }), 'Argo CD (shop)'],
    ['Flux', by({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }), 'Flux (apps)'],
    ['Flux, a chart', by({ labels: { ...helm.labels, 'helm.toolkit.fluxcd.io/name': 'cart' } }), 'Flux (cart)'],
    ['EKS', by({ writers: ['kube-controller-manager', 'eks'] }), 'an EKS add-on'],
    ['eksctl', by({ labels: { 'app.kubernetes.io/managed-by': 'eksctl' } }), 'eksctl'],
    ['Terraform', by({ writers: ['Terraform'] }), 'Terraform'],
    ...(
      [
        ['argocd-controller', 'Argo CD'],
        ['argocd-application-controller', 'Argo CD'],
        ['kustomize-controller', 'Flux'],
        ['helm-controller', 'Flux'],
        ['fleetagent', 'Fleet'],
        ['configsync', 'Config Sync'],
        ['crossplane-kubernetes-provider', 'Crossplane'],
        ['apiextensions.crossplane.io/composed/x', 'Crossplane'],
        ['pulumi-kubernetes-1a2b3c4d', 'Pulumi'],
        ['HashiCorp', 'Terraform'],
        ['terraform-provider-kubernetes', 'Terraform'],
        ['helm', 'Helm'],
      ] as const
    ).map(([writer, tool]) => [writer, by({ writers: ['kubectl-create', writer] }), tool] as const),
    ['Helm, by its release alone', by({ annotations: helm.annotations }), 'Helm (cart)'],
    ['Argo CD, which applies a chart', by({ ...helm, writers: ['argocd-controller', 'helm'] }), 'Argo CD'],
    ['Pulumi, by an annotation', by({ annotations: { 'pulumi.com/autonamed': 'true' } }), 'Pulumi'],
  ])('%s', (_, found, words) => {
    expect(found && managedInWords('It', found)).toContain(`It is managed by ${words}: `);
  });

  test.each(['helm-mapkubeapis-x', 'my-crossplane', 'kubectl-fleet', 'eks-x'])('%s is no name of a tool', writer => {
    expect(by({ writers: [writer] })).toBeUndefined();
  });

  test('a person’s kubectl manages nothing again', () => {
    expect(by({ writers: ['kubectl-create', 'kubectl-annotate'] })).toBeUndefined();
  });
});
