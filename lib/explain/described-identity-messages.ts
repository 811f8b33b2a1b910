import type { KnownMessage } from './known-message.ts';

const webIdentity =
  "(?:\\birsa\\b|\\bweb ?identity\\b|AWS_WEB_IDENTITY_TOKEN_FILE|\\bpod(?:'s)? (?:iam )?role\\b|\\bservice ?account(?:'s)? role\\b)";
const given =
  '(?:static|explicit\\w*|access ?keys?|(?:shared )?credentials?(?: file)?|profile|assumed|cross-account|configured|given|exported)';

/** The role of the pod where another identity was meant. */
export const podRoleInsteadMessage: KnownMessage = {
  id: 'pod-role-instead',
  from: 'sdk',
  sample: 'web identity takes precedence over static credentials',
  patterns: [
    new RegExp(
      `\\bauthenticat\\w+\\b.{0,80}\\b(?:as|using|with|through|via|by)\\b.{0,60}${webIdentity}.{0,120}\\b(?:instead of|rather than|(?:does|do) ?(?:not|n.t) (?:take|use|honou?r|respect))\\b.{0,60}\\b${given}`,
      'i',
    ),
    new RegExp(`\\b(?:priority|precedence)\\b.{0,12}\\b(?:to|for) (?:the )?${webIdentity}.{0,80}\\bover\\b`, 'i'),
    new RegExp(
      `${webIdentity}.{0,60}\\b(?:tak(?:es|ing) (?:precedence|priority)|overrid(?:es|ing)|fires? before|wins)\\b.{0,80}\\b${given}`,
      'i',
    ),
    new RegExp(
      `\\b${given} .{0,40}\\b(?:is|are|was|were|gets?) (?:being )?(?:ignored|overridden|not (?:used|taken|honou?red))\\b.{0,160}${webIdentity}`,
      'i',
    ),
  ],
  says: 'The program acts with the role of its pod, where it was given other credentials. The role works; the order is the cause.',
  causes: [
    {
      text: 'The credentials that it was given stand behind web identity in its order: SDKs read a file or a profile after the variables of the role, and some programs look at the variables before keys of their own configuration. Update the program, give the credentials where it looks first, or start this one step without the variables (env -u AWS_ROLE_ARN -u AWS_WEB_IDENTITY_TOKEN_FILE).',
      rules: [],
      tell: 'aws sts get-caller-identity in the pod names the role of the annotation, and the program works without the two variables.',
    },
    {
      text: 'The other role is one that the program assumes itself, and its setting is not read: name it in a profile of role_arn and source_profile, or in the program.',
      rules: ['service-account-second-role'],
      tell: 'CloudTrail has no AssumeRole of the role of the pod.',
    },
  ],
};
