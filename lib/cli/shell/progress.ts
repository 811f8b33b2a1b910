import type { AuditEvent } from '../../audit/run-audit.ts';
import type { Io } from './io.ts';

/** The name of a step while it works. */
const titles: Readonly<Record<string, string>> = {
  'list-targets': 'listing accounts',
  'collect-account': 'reading IAM and EKS',
  'collect-cluster': 'reading clusters',
  'index-issuers': 'matching issuers',
  'probe-issuers': 'probing issuers',
  'evaluate-account': 'deciding',
  'notify-drift': 'comparing',
  'complete-run': 'finishing',
};

/** Shows one line on stderr that says what is going on, with the time left where items can be counted; nothing at all
 *  where stderr is no terminal. `done` clears it. */
export const progress = (io: Io): { readonly tell: (event: AuditEvent) => void; readonly done: () => void } => {
  if (!io.stderrIsTerminal || io.env.TERM === 'dumb') return { tell: () => undefined, done: () => undefined };
  let step = '';
  let total = 0;
  let ended = 0;
  let began = 0;
  const show = () => {
    const left =
      ended > 0 && total > ended
        ? `, about ${Math.ceil((((Date.parse(io.now()) - began) / ended) * (total - ended)) / 1000)} s left`
        : '';
    io.stderr.write(`\r\u001b[K${titles[step] ?? step}${total > 1 ? ` ${ended}/${total}` : ''}${left} …`);
  };
  return {
    tell: event => {
      if (event.kind === 'step-started') {
        step = event.step;
        total = event.total ?? 0;
        ended = 0;
        began = Date.parse(io.now());
      }
      if (event.kind === 'item-ended' && event.step === step) ended += 1;
      show();
    },
    done: () => {
      io.stderr.write('\r\u001b[K');
    },
  };
};
