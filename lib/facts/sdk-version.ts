import { given } from '../text.ts';
/** SDKs and their versions in CloudTrail's user agents, and the least that each needs (docs/facts.md §E.1, §E.2). */

/** An SDK that a user agent names. */
export interface SeenSdk {
  readonly name: string;
  readonly version: string;
  /** The least version with web identity; undefined where every version has it, AWS lists none, or the user agent has
   *  another numbering. */
  readonly minimum?: string;
}

interface Pattern {
  readonly name: string;
  readonly find: RegExp;
  readonly minimum?: string;
}

/** From "Use IRSA with the AWS SDK" of the EKS User Guide. Forms of PHP's and C++'s user agents are not documented. */
const patterns: readonly Pattern[] = [
  { name: 'AWS SDK for Go v2', find: /\baws-sdk-go-v2\/(\d[\w.-]*)/ },
  { name: 'AWS SDK for Go v1', find: /\baws-sdk-go\/(\d[\w.-]*)/, minimum: '1.23.13' },
  { name: 'boto3', find: /\bBoto3\/(\d[\w.-]*)/, minimum: '1.9.220' },
  { name: 'botocore', find: /\bBotocore[/#](\d[\w.-]*)/i, minimum: '1.12.200' },
  { name: 'AWS CLI', find: /\baws-cli\/(\d[\w.-]*)/, minimum: '1.16.232' },
  { name: 'AWS SDK for Java v1', find: /\baws-sdk-java\/(1\.\d[\w.-]*)/, minimum: '1.12.782' },
  { name: 'AWS SDK for Java v2', find: /\baws-sdk-java\/(2\.\d[\w.-]*)/, minimum: '2.10.11' },
  { name: 'AWS SDK for JavaScript v2', find: /\baws-sdk-nodejs\/(2\.\d[\w.-]*)/, minimum: '2.525.0' },
  { name: 'AWS SDK for JavaScript v3', find: /\baws-sdk-js\/(3\.\d[\w.-]*)/, minimum: '3.27.0' },
  { name: 'AWS SDK for Ruby v3', find: /\baws-sdk-ruby3\/(\d[\w.-]*)/, minimum: '3.58.0' },
  // The user agent has the version of AWSSDK.Core, which is not the numbering of the documented 3.3.659.1.
  { name: 'AWS SDK for .NET', find: /\baws-sdk-dotnet-\w+[/#](\d[\w.-]*)/ },
  { name: 'AWS SDK for Rust', find: /\baws-sdk-rust\/(\d[\w.-]*)/ },
];

/** Every SDK that a user agent names; an application may put its own name before it. */
export const sdksOf = (userAgent: string): readonly SeenSdk[] =>
  patterns.flatMap(({ name, find, minimum }) => {
    const version = find.exec(userAgent)?.[1];
    return version === undefined ? [] : [{ name, version, ...given({ minimum }) }];
  });

/** The least versions with EKS Pod Identity, for the SDKs whose user agent has the numbering of that list ("Use pod identity with the
 *  AWS SDK" of the EKS User Guide; docs/facts.md §E.1). */
const podIdentityMinimums: Readonly<Record<string, string>> = {
  'AWS SDK for Go v1': '1.47.11',
  boto3: '1.34.41',
  botocore: '1.34.41',
  'AWS SDK for Java v1': '1.12.746',
  'AWS SDK for Java v2': '2.21.30',
  'AWS SDK for JavaScript v2': '2.1550.0',
  'AWS SDK for JavaScript v3': '3.458.0',
  'AWS SDK for Ruby v3': '3.188.0',
};

/** The least version of an SDK with EKS Pod Identity; undefined where its user agent does not tell it. */
export const podIdentityMinimum = ({ name, version }: SeenSdk): string | undefined =>
  name === 'AWS CLI' ? (version.startsWith('1.') ? '1.30.0' : '2.15.0') : podIdentityMinimums[name];

/** True if a dotted version is below another, number by number; what follows the numbers does not count. */
export const isVersionBelow = (version: string, minimum: string): boolean => {
  const have = numbersOf(version);
  const missing = numbersOf(minimum).map((wanted, at) => wanted - (have[at] ?? 0));
  return (missing.find(difference => difference !== 0) ?? 0) > 0;
};

const numbersOf = (text: string): readonly number[] =>
  text
    .replace(/[^\d.].*$/s, '')
    .split('.')
    .map(Number);
