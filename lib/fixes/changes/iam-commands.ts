/** Commands of `aws iam`. Recorded and executed forms: docs/facts.md §F. */
import { homeRegion } from '../../model.ts';
import { safeJson } from '../../text.ts';
import { aws, type Command, optionWords } from '../command.ts';

/** Values of an operation's parameters, by the name that the API gives them. */
type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** `--role-name` of `RoleName`, as the AWS CLI names parameters. */
const optionOf = (parameter: string): string =>
  `--${parameter.replace(/([a-z])([A-Z])/g, '$1-$2').replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')}`.toLowerCase();

/** True for a value that the AWS CLI replaces by what lies there: a file, and in version 1 a page of the web. */
const isExpanded = (value: string): boolean => /^(?:fileb?|https?):\/\//i.test(value);

/** `create-open-id-connect-provider --url` takes an address as it is (AWS CLI, paramfile.py); no other option does. */
const takesUrl = (parameter: string): boolean => parameter === 'Url';

const regionWords = (arn: string): readonly string[] => {
  const region = homeRegion(arn);
  return region === undefined ? [] : ['--region', region];
};

/**
 * An `aws iam` operation on the account of an ARN. A value that the CLI would expand, and a list with one that looks like
 * an option, are given as JSON: inside of it nothing is expanded.
 */
export const iam = (operation: string, arn: string, parameters: Parameters): Command => {
  const entries = Object.entries(parameters);
  const needsJson = entries.some(([name, value]) =>
    [value].flat().some(one => (isExpanded(one) && !takesUrl(name)) || (Array.isArray(value) && one.startsWith('-'))),
  );
  const options = needsJson ? ['--cli-input-json', safeJson(parameters)] : wordsOfParameters(parameters);
  return aws('iam', operation, ...options, ...regionWords(arn));
};

const wordsOfParameters = (parameters: Parameters): readonly string[] =>
  Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === 'string' ? optionWords(optionOf(name), value) : [optionOf(name), ...value],
  );

/** As `iam`, with a long document, as JSON: in a shell it is the standard input, which the command names. */
export const iamOfDocument = (
  operation: string,
  arn: string,
  parameters: Readonly<Record<string, string>>,
  [parameter, text]: readonly [parameter: string, text: string],
): Command => {
  const named = [...wordsOfParameters(parameters), optionOf(parameter), 'file:///dev/stdin'];
  const { args } = aws('iam', operation, ...named, ...regionWords(arn));
  return { ...iam(operation, arn, { ...parameters, [parameter]: text }), document: { text, args } };
};

/** A command that reads, without a form of its output. */
export const iamLook = (arn: string, operation: string, ...words: readonly string[]): Command =>
  aws('iam', operation, ...words, ...regionWords(arn));

/** A command that reads, with JSON as its output. */
export const iamRead = (arn: string, operation: string, ...words: readonly string[]): Command =>
  iamLook(arn, operation, ...words, '--output', 'json');
