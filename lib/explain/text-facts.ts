/** Names in a pasted text. */
import { given } from '../text.ts';

/** Names in a text, which a check can be narrowed to. */
export interface MessageFacts {
  readonly roleArn?: string;
  readonly issuer?: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  /** The name of a pod, as `kubectl` writes it with its kind. */
  readonly pod?: string;
  /** The host of STS that was called. */
  readonly stsHost?: string;
  /** The name of the role whose session called. */
  readonly callerRole?: string;
  /** The action that was denied. */
  readonly denied?: string;
  /** The address that was not reached. */
  readonly unreached?: string;
}

const name = '[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?';
const subject = new RegExp(`system:serviceaccount:(${name}):(${name})`);
const podNamed = new RegExp(`\\bpods?[ /]"?(?:(${name})/)?(${name}-[a-z0-9]{4,10}(?:-[a-z0-9]{5})?)\\b`);
const namespaceNamed = new RegExp(`(?:\\s-n |--namespace |\\bnamespace[":=]{1,3} ?"?)(${name})\\b`);

/** Node.js writes the address behind the error, Go and others before it. */
const unreached =
  /(?:ETIMEDOUT|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH) ((?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?)|((?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?)(?::| port \d{1,5}:?) (?:i\/o timeout|connect: |connection refused|no route to host|timed out)/i;

/** The names in a text of one line. */
export const factsIn = (text: string): MessageFacts => {
  const roleArn = /arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+/.exec(text)?.[0].replace(/[.,]$/, '');
  const issuer = /https:\/\/oidc[.-]eks\.[\w.-]+\/id\/[0-9A-Za-z]+/.exec(text)?.[0];
  const [, namespace, serviceAccount] = subject.exec(text) ?? [];
  const [, podSpace, pod] = podNamed.exec(text) ?? [];
  const stsHost = /\bsts\.(?:[a-z0-9-]+\.)?(?:amazonaws\.(?:com(?:\.cn)?|eu)|api\.aws)\b/.exec(text)?.[0];
  return given({
    roleArn,
    issuer,
    accountId: /arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):/.exec(text)?.[1] ?? /account: ?(\d{12})/.exec(text)?.[1],
    region:
      /oidc[.-]eks\.([a-z0-9-]+)\./.exec(issuer ?? '')?.[1] ??
      /^sts\.([a-z]{2,4}(?:-[a-z]+)+-\d)\./.exec(stsHost ?? '')?.[1],
    namespace: namespace ?? podSpace ?? namespaceNamed.exec(text)?.[1],
    serviceAccount,
    pod,
    stsHost,
    callerRole: /assumed-role\/([\w+=,.@-]{1,64})\//.exec(text)?.[1],
    denied: /not authorized to perform:? ?["'`]?([a-z0-9-]{2,40}:[A-Z]\w{2,80})/.exec(text)?.[1],
    unreached: unreached.exec(text)?.slice(1).find(Boolean),
  });
};
