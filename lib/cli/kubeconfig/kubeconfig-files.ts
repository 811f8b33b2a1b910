import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { readText } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { contextOf, type Kubeconfig, type KubeconfigContext, parseKubeconfigs, usableContexts } from './kubeconfig.ts';

/** Which contexts of which kubeconfig. */
export interface ContextOptions {
  readonly kubeconfig?: string;
  /** Names of contexts; the current one if there are none. */
  readonly context?: readonly string[];
}

/** The contexts that the options name, else the current one. Throws `UsageError` where there is not a kubeconfig, and
 *  `KubeconfigInvalid` for a context that is not there. */
export const kubeconfigContexts = async (options: ContextOptions, io: Io): Promise<readonly KubeconfigContext[]> => {
  const { context: names = [] } = options;
  if (names.length === 0) return [await contextNamed(options.kubeconfig, undefined, io)];
  return Promise.all(names.map(name => contextNamed(options.kubeconfig, name, io)));
};

/** One context by its name, else the current one. Throws as `kubeconfigContexts` does. */
export const contextNamed = async (
  kubeconfig: string | undefined,
  name: string | undefined,
  io: Io,
): Promise<KubeconfigContext> => {
  const config = await kubeconfigOf(kubeconfig, io);
  if (!config)
    throw new UsageError(
      'no kubeconfig: got neither KUBECONFIG nor ~/.kube/config, wanted --kubeconfig; aws eks update-kubeconfig --name CLUSTER writes one',
    );
  return contextOf(config, name);
};

/** Every context that can be used; none where there is no kubeconfig. Throws `KubeconfigInvalid`. */
export const allContexts = async (io: Io, kubeconfig?: string): Promise<readonly KubeconfigContext[]> => {
  const config = await kubeconfigOf(kubeconfig, io);
  return config === undefined ? [] : usableContexts(config);
};

/** The current context, if it points at EKS: unasked, nothing else is touched, and the kubeconfig may be anything. */
export const currentEksContext = async (io: Io): Promise<KubeconfigContext | undefined> => {
  const config = await kubeconfigOf(undefined, io);
  const current = config && usableContexts(config).find(({ name }) => name === config.entries.getCurrentContext());
  const host = current && URL.parse(current.cluster.server)?.hostname;
  return host && /\.eks\.(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.test(host) ? current : undefined;
};

const kubeconfigOf = async (kubeconfig: string | undefined, io: Io): Promise<Kubeconfig | undefined> => {
  const [option, paths] = filesOf(kubeconfig, io);
  if (paths.length === 0) return undefined;
  const read = async (path: string) => ({ text: await readText(path, option), source: path, directory: dirname(path) });
  return parseKubeconfigs(await Promise.all(paths.map(read)));
};

/** Where kubectl looks, and what said so. Of several files in KUBECONFIG those that are not there are passed over. */
const filesOf = (named: string | undefined, { env, cwd }: Io): readonly [said: string, paths: readonly string[]] => {
  if (named !== undefined) return ['--kubeconfig', [resolve(cwd, named)]];
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '');
  const usual = env.HOME === undefined ? [] : [join(env.HOME, '.kube', 'config')];
  const paths = listed.length > 0 ? [...new Set(listed.map(path => resolve(cwd, path)))] : usual;
  return [listed.length > 0 ? 'KUBECONFIG' : 'the kubeconfig', paths.filter(path => existsSync(path))];
};
