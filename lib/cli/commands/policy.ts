import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { isDnsSubdomain } from '../../model.ts';
import { type AdmissionAction, admissionActions, admissionPolicy } from '../policy/admission-policy.ts';
import { type Io, UsageError } from '../shell/io.ts';

interface Options {
  readonly action: AdmissionAction;
  readonly name: string;
}

const examples = `
Examples:
  $ irsa-auditor policy admission | kubectl apply -f -
  $ irsa-auditor policy admission --action warn > admission.yaml

Needs Kubernetes 1.30 or later, which serves admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy.`;

/** `irsa-auditor policy`: the rules in the form of other tools. */
export const policyCommand = (io: Io): Command =>
  new Command('policy').addCommand(
    new Command('admission')
      .description('print a ValidatingAdmissionPolicy with the rules on service accounts that need no AWS')
      .addOption(
        new Option('--action <action>', 'what the API server does with a service account that has a fault')
          .choices(admissionActions)
          .default('deny'),
      )
      .option('--name <name>', 'the name of the policy and of its binding', 'irsa-auditor')
      .addHelpText('after', examples)
      .action(({ action, name }: Options) => {
        if (!isDnsSubdomain(name))
          throw new UsageError(`--name: got ${name}, wanted a name of Kubernetes: lower-case letters, digits, - and .`);
        const documents = admissionPolicy(name, action).map(one => stringify(one, { lineWidth: 0 }));
        io.stdout.write(documents.join('---\n'));
        io.exit(0);
      }),
  );
