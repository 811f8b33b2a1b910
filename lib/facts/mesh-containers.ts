/**
 * Containers that service meshes add to pods. They call no AWS API, so that they need no role: Istio
 * (istio.io/latest/docs/setup/additional-setup/sidecar-injection), Linkerd (linkerd.io/2/features/proxy-injection), Kuma
 * and Kong Mesh, Consul, and Knative's queue proxy. App Mesh's envoy is not among them: it calls AWS.
 */
export const meshContainers: ReadonlySet<string> = new Set([
  'istio-proxy',
  'istio-init',
  'istio-validation',
  'linkerd-proxy',
  'linkerd-init',
  'linkerd-network-validator',
  'kuma-sidecar',
  'kuma-init',
  'consul-dataplane',
  'consul-connect-inject-init',
  'queue-proxy',
]);
