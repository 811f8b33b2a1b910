import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { promisify } from 'node:util';
import type { User as KubeconfigUser } from '@kubernetes/client-node';
import * as z from 'zod';
import { type ClusterEndpoint, CredentialUnavailable } from '../../collect/kubernetes/kubernetes-api.ts';
import { type ForwardProxy, parseProxy } from '../../outbound/proxy.ts';
import { given, jsonOf } from '../../text.ts';
import { type KubeconfigContext, type KubeconfigExec, KubeconfigInvalid } from './kubeconfig.ts';

/** Runs a program without a shell. */
const runProgram = promisify(execFile);

/** The environment of a credential plugin, and the time that it may take. */
interface ExecHost {
  /** The environment of the plugin, as kubectl would hand it on. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that a plugin may run. */
  readonly timeoutMs?: number;
  /** Runs the plugin; a test looks at its bounds. */
  readonly run?: typeof runProgram;
}

const maxFileBytes = 1024 * 1024;
const maxPluginBytes = 1024 * 1024;

/** The reason of a failed run: an exit code, why it could not be run, or nothing where it was stopped. */
const exitShape = z.object({ code: z.union([z.string(), z.number()]).nullish().catch(undefined) });

const failureOf = (code: string | number | null | undefined): string => {
  if (typeof code === 'number') return `it ended with exit code ${code}`;
  if (code === 'ENOENT') return 'program not found';
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it wrote more than 1 MiB';
  return code ? `it could not be run (${code})` : 'it did not end in time';
};

const execCredential = z.object({
  status: z.object({ token: z.string().min(1), expirationTimestamp: z.string().optional() }),
});

/**
 * The endpoint that a context points at, with its authority and its way of being known: a token, a token file, a client
 * certificate, or a credential plugin (`exec`), which is run only as the kubeconfig names it, without a shell, bounded in
 * time and output. Throws `KubeconfigInvalid` for what would be unsafe or is not supported: an unverified certificate, a
 * proxy that opens no tunnels, a password, impersonation.
 */
export const endpointOf = async (context: KubeconfigContext, host: ExecHost): Promise<ClusterEndpoint> => {
  const { cluster, name } = context;
  const user = context.user ?? { name: '' };
  const refused = refusalOf(cluster, user);
  if (refused !== undefined) throw new KubeconfigInvalid(`context ${name}: ${refused}`);
  const caPem = await pemOf(cluster.caData, cluster.caFile);
  const certPem = await pemOf(user.certData, user.certFile);
  const keyPem = await pemOf(user.keyData, user.keyFile);
  if ((certPem === undefined) !== (keyPem === undefined))
    throw new KubeconfigInvalid(`context ${name}: a client certificate and its key are wanted, got only one of them`);
  const token = tokenSource(user, host);
  if (!token && certPem === undefined && (user.username !== undefined || user.authProvider !== undefined))
    throw new KubeconfigInvalid(`context ${name}: passwords and auth-provider are not supported; use exec or a token`);
  return {
    url: cluster.server,
    ...given({ caPem, serverName: cluster.tlsServerName }),
    ...(certPem === undefined || keyPem === undefined ? {} : { clientCertificate: { certPem, keyPem } }),
    ...(token ? { token } : {}),
    ...(cluster.proxyUrl ? { proxy: proxyOf(cluster.proxyUrl, name) } : {}),
  };
};

const proxyOf = (url: string, context: string): ForwardProxy => {
  try {
    return parseProxy(url, `proxy-url of context ${context}`);
  } catch (cause) {
    throw new KubeconfigInvalid(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};

/** Why a context is not used at all; undefined where nothing of it is refused. */
const refusalOf = (
  { server, skipTLSVerify }: KubeconfigContext['cluster'],
  { impersonateUser }: KubeconfigUser,
): string | undefined => {
  if (!server.startsWith('https://')) return `the server must be https, got ${server}`;
  if (skipTLSVerify)
    return 'insecure-skip-tls-verify is refused: a token would go to whoever answers; give certificate-authority-data instead';
  if (impersonateUser) return 'impersonation (as) is not supported';
  return undefined;
};

/** Data goes before a file, as for kubectl; the client would take the file first. */
const pemOf = async (base64: string | undefined, path: string | undefined): Promise<string | undefined> => {
  if (base64) return Buffer.from(base64, 'base64').toString('utf8');
  return path ? readSmallFile(path) : undefined;
};

const readSmallFile = async (path: string): Promise<string> => {
  try {
    // A device has no size: no more is read than is taken.
    const parts: Buffer[] = [];
    for await (const part of createReadStream(path, { end: maxFileBytes }) as AsyncIterable<Buffer>) parts.push(part);
    const whole = Buffer.concat(parts);
    if (whole.length > maxFileBytes) throw new KubeconfigInvalid(`${path} is larger than 1 MiB`);
    return whole.toString('utf8');
  } catch (cause) {
    if (cause instanceof KubeconfigInvalid) throw cause;
    throw new KubeconfigInvalid(`the kubeconfig names ${path}, which cannot be read: ${String(cause)}`, { cause });
  }
};

const tokenFileShape = z.object({ name: z.literal('tokenFile'), config: z.object({ tokenFile: z.string() }) });

const tokenSource = (user: KubeconfigUser, host: ExecHost): (() => Promise<string>) | undefined => {
  const exec = user.exec as KubeconfigExec | undefined;
  if (exec) return execSource(exec, host);
  const file = tokenFileShape.safeParse(user.authProvider).data?.config.tokenFile;
  if (file !== undefined) return async () => (await readSmallFile(file)).trim();
  const { token } = user;
  return token ? async () => token : undefined;
};

interface Credential {
  readonly token: string;
  readonly endsAt: number;
}

/** Runs the plugin when a token is first needed and again a minute before it ends; calls at one time share one run. */
const execSource = (exec: KubeconfigExec, host: ExecHost): (() => Promise<string>) => {
  let current = { token: '', endsAt: Number.NEGATIVE_INFINITY };
  let running: Promise<Credential> | undefined;
  return async () => {
    if (host.now() <= current.endsAt - 60_000) return current.token;
    running ??= runPlugin(exec, host);
    try {
      current = await running;
    } finally {
      running = undefined;
    }
    return current.token;
  };
};

const runPlugin = async (exec: KubeconfigExec, host: ExecHost): Promise<Credential> => {
  const { run = runProgram } = host;
  const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  let stdout: string;
  try {
    ({ stdout } = await run(exec.command, exec.args, {
      env: {
        ...host.env,
        ...Object.fromEntries(exec.env.map(({ name, value }) => [name, value])),
        KUBERNETES_EXEC_INFO: JSON.stringify(info),
      },
      timeout: host.timeoutMs ?? 30_000,
      maxBuffer: maxPluginBytes,
      killSignal: 'SIGKILL',
      windowsHide: true,
    }));
  } catch (cause) {
    const { code } = exitShape.parse(cause);
    throw new CredentialUnavailable(`the credential plugin ${exec.command} failed: ${failureOf(code)}`, { cause });
  }
  const parsed = execCredential.safeParse(jsonOf(stdout));
  if (!parsed.success)
    throw new CredentialUnavailable(`the credential plugin ${exec.command} answered no ExecCredential with a token`);
  const { token, expirationTimestamp } = parsed.data.status;
  const endsAt = Date.parse(expirationTimestamp ?? '');
  return { token, endsAt: Number.isNaN(endsAt) ? Number.POSITIVE_INFINITY : endsAt };
};
