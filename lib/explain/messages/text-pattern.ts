/** The texts of messages, as expressions: literals with gaps. */

/** Sets of texts that stand for each other: the same failure as each system, runtime and library writes it. */
const sets: Readonly<Record<string, string>> = {
  'not-read': 'permission ?denied|errno 13|os error 13|eacces|permissionerror|file\\.accessdenied',
  'not-there':
    'no ?such ?file|cannot find the file|errno 2\\b|os error 2\\b|kind: notfound|enoent|filenotfound|could not find file',
  unreached:
    'i/o timeout|timed ?out|connect timeout|handshake timeout|connection refused|connection reset|could not connect|econnrefused|econnreset|etimedout|no route to host|network is unreachable|deadline exceeded|\\beof\\b|service unavailable',
  'no-host':
    'no such host|enotfound|unknownhost|could not resolve host|could not be resolved|name or service not known|nodename nor servname',
  'dns-silent':
    'eai_again|temporary failure in name resolution|server misbehaving|:53: |dns error: failed to lookup|lookup [^ ]+( on [^ ]+)?: (i/o timeout|context deadline exceeded|operation was canceled)',
  'not-trusted':
    'x509:|certificate verify failed|certificate_verify_failed|unable to get local issuer certificate|self.signed certificate|pkix path building',
  sts: '(?<!audience )\\bsts[.-][\\w.<>-]{0,80}(?:amazonaws\\.com|api\\.aws)(?!/doc)',
  exchange: 'webidentityerr|assumerolewithwebidentity|webidentitytoken(?:file)?credentialsprovider',
  agent: '169\\.254\\.170\\.23|fd00:ec2::23',
  pipeline:
    'token\\.actions\\.githubusercontent\\.com|configure-aws-credentials|with oidc|github ?(?:actions?|workflows?)|app\\.terraform\\.io|gitlab',
  'token-file': '(?<!kubernetes\\.io[\\\\/])serviceaccount[\\\\/]token',
  'run-path': '[\\w:./\\\\-]{0,60}(?<!kubernetes\\.io[\\\\/])serviceaccount[\\\\/]token',
  'node-caller':
    'assumed-role/[^/]{1,80}/i-(?:[0-9a-f]{8}\\b|[0-9a-f]{17}\\b|[0-9a-z*]{3,18})|assumed-role/[^/ ]{0,64}(?:noderole|nodeinstancerole|node-?group|worker-?nodes?|-worker)[^/ ]{0,64}/',
  role: '(?:arn:aws[a-z-]*:sts::[^: ]{0,20}:)?assumed-role/[^ ]{1,100}',
  'aws-host':
    '(?:[a-z0-9-]{1,63}\\.){1,4}(?:[a-z]{2}(?:-[a-z]+){1,2}-\\d|<region>)\\.amazonaws\\.com|(?:iam|route53|ec2|s3|sqs)\\.amazonaws\\.com',
  webhook: 'iam-for-pods\\.amazonaws\\.com|pod-identity-webhook',
};

const gap = '.{0,160}?';
const wideGap = '.{0,800}?';
const shortGap = '[^/]{0,60}?';
const part = /\{([a-z-]+)\}|\*\*?|~|[^*{~]+|\{/g;

const sourceOf = (text: string): string =>
  text.replace(part, (piece, name?: string) => {
    if (piece === '*') return gap;
    if (piece === '**') return wideGap;
    if (piece === '~') return shortGap;
    const set = name === undefined ? undefined : sets[name];
    if (set !== undefined) return `(?:${set})`;
    if (name !== undefined) throw new Error(`text of a message: got {${name}}, wanted a set of text-pattern.ts`);
    return piece.replace(/[.+?^$()[\]\\|{}]/g, '\\$&');
  });

/** One expression that finds any of the texts. Throws for the name of a set that does not exist. */
export const patternOf = (texts: readonly string[]): RegExp => new RegExp(texts.map(sourceOf).join('|'), 'i');

/** Two texts near each other, in either order. */
export const besideEachOther = (a: string, b: string): readonly string[] => [`${a}*${b}`, `${b}*${a}`];
