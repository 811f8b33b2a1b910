/** The part of the Kubernetes client that is used, in a module of its own: imported when it is needed, the bundle of the
 *  command line then carries that part and not the whole client. */
export { KubeConfig } from '@kubernetes/client-node';
