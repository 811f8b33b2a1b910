import { Command } from 'commander';
import { withQuestionOptions } from '../report/asked-report.ts';
import { sharedBy } from '../shell/shared-options.ts';
import { withSessionOptions } from './scan.ts';

/** `options`: the options that commands share, which the help of none of them repeats. */
export const optionsCommand = (): Command => {
  const command = withQuestionOptions(withSessionOptions(new Command(sharedBy)));
  return command.action(() => command.outputHelp());
};
