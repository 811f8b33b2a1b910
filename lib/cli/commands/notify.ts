import { Command } from 'commander';
import type { Notifier } from '../../audit/ports.ts';
import type { Configuration } from '../../config/configuration.ts';
import { destinationKinds } from '../../config/destinations.ts';
import type { Digest } from '../../history/transition.ts';
import { secretsManagerReader } from '../../notify/clients.ts';
import { notifiersOf } from '../../notify/notifiers-of.ts';
import { testDigest } from '../../notify/test-digest.ts';
import { visible } from '../../text.ts';
import { clientOptionsOf } from '../findings/finding-queries.ts';
import { previewMessages } from '../findings/preview-messages.ts';
import { readConfiguration, usualFile } from '../shell/configuration-file.ts';
import { type Io, UsageError } from '../shell/io.ts';

interface Options {
  readonly test?: boolean;
  readonly preview?: boolean;
  readonly input?: string;
  readonly config: string;
  readonly region?: string;
  readonly profile?: string;
  readonly to?: string;
}

const examples = `
Examples:
  $ irsa-auditor notify --preview             how each message looks
  $ irsa-auditor notify --preview --to slack  only that of Slack
  $ irsa-auditor notify --test                a made-up finding to every webhook`;

/** Makes the notifiers of a configuration; tests hand in theirs. */
type MakeNotifiers = (configuration: Configuration, where: Pick<Options, 'region' | 'profile'>) => readonly Notifier[];

const triedKinds = Object.values(destinationKinds)
  .filter(({ tried }) => tried)
  .map(({ to }) => to);

const realNotifiers: MakeNotifiers = (configuration, where) =>
  notifiersOf(
    configuration.notifications
      .filter(({ to }) => destinationKinds[to].tried)
      .map(destination => ({ ...destination, when: undefined, quietHours: undefined })),
    { readSecret: secretsManagerReader(clientOptionsOf(where)), now: Date.now, clients: clientOptionsOf(where) },
  );

/** `irsa-auditor notify`: `--preview` prints the messages of the last scan, `--test` shows that an alert arrives, before one is
 *  needed; that one leaves filters and quiet hours out. */
export const notifyCommandOf =
  (make: MakeNotifiers) =>
  (io: Io): Command =>
    new Command('notify')
      .option('--preview', 'print the message of each destination, and its weekly summary')
      .option('--input <file>', 'with --preview: a report as JSON (default: the last scan)')
      .option('--test', 'send a made-up finding that says that it is a test')
      .option('--config <file>', 'the configuration', usualFile)
      .option('--region <region>', 'where the secrets are')
      .option('--profile <name>', 'AWS profile')
      .option('--to <kind>', 'only destinations of this kind, such as slack')
      .addHelpText('after', examples)
      .action((options: Options) => notify(make, options, io));

/** The command over Secrets Manager and the network. */
export const notifyCommand = notifyCommandOf(realNotifiers);

const notify = async (make: MakeNotifiers, options: Options, io: Io): Promise<void> => {
  if (options.preview === true && options.test === true)
    throw new UsageError('notify: got --preview and --test, wanted one of them');
  if (options.to !== undefined && !Object.hasOwn(destinationKinds, options.to))
    throw new UsageError(
      `--to: got ${JSON.stringify(options.to)}, wanted one of ${Object.keys(destinationKinds).join(', ')}`,
    );
  if (options.preview === true) return previewMessages(options, io);
  if (options.test !== true)
    throw new UsageError(
      'notify: wanted --preview, which prints the messages, or --test, which sends one; runs send real alerts by themselves',
    );
  const configuration = await readConfiguration(options.config, io);
  const wanted = make(configuration, options).filter(
    ({ name }) => options.to === undefined || name.startsWith(options.to),
  );
  if (wanted.length === 0)
    throw new UsageError(
      `${options.config} has no destination ${options.to ?? triedKinds.join(', ')}; email and chat channels are tried by publishing to their topics (docs/alerts.md, "Before the first alert")`,
    );
  const digest: Digest = testDigest(io.now());
  let failed = 0;
  for (const notifier of wanted) failed += (await sent(notifier, digest, io)) ? 0 : 1;
  io.exit(failed === 0 ? 0 : 1);
};

const sent = async (notifier: Notifier, digest: Digest, io: Io): Promise<boolean> => {
  try {
    await notifier.send(digest);
    io.stdout.write(`${notifier.name}: sent\n`);
    return true;
  } catch (error) {
    io.stdout.write(`${notifier.name}: ${visible(error instanceof Error ? error.message : String(error))}\n`);
    return false;
  }
};
