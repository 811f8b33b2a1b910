/** A command as completion sees it. */
export interface CommandTree {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly flag: string;
    readonly description: string;
    readonly choices: readonly string[];
    readonly takesValue: boolean;
  }[];
  readonly commands: readonly CommandTree[];
}

/** The value of an option, where it is more than a word. */
const valueKinds: Readonly<Record<string, 'files' | 'contexts' | 'clusters' | 'roles' | 'rules'>> = {
  '--input': 'files',
  '--output-file': 'files',
  '--config': 'files',
  '--kubeconfig': 'files',
  '--ca-file': 'files',
  '--baseline': 'files',
  '--policy': 'files',
  '--context': 'contexts',
  '--cluster': 'clusters',
  '--role': 'roles',
  '--rule': 'rules',
};

const flagsOf = (kind: (typeof valueKinds)[string]): string =>
  Object.keys(valueKinds)
    .filter(flag => valueKinds[flag] === kind)
    .join('|');

/** Names that are looked up when they are wanted: see `completion --values`. */
const lookedUp = (kind: string): string => `irsa-auditor completion --values ${kind} 2>/dev/null`;

/** Commands whose first argument is a rule's id. */
const takesRule = ['rules', 'explain'];

const words = (command: CommandTree, rules: readonly string[]): string =>
  [
    ...command.commands.map(child => child.name),
    ...command.options.map(option => option.flag),
    '--help',
    ...(takesRule.includes(command.name) ? rules : []),
  ].join(' ');

/** All commands by path: `findings list`. */
const paths = (
  tree: CommandTree,
  before: readonly string[] = [],
): readonly { readonly path: string; readonly command: CommandTree }[] =>
  tree.commands.flatMap(command => {
    const path = [...before, command.name];
    return [{ path: path.join(' '), command }, ...paths(command, path)];
  });

const choiceCases = (tree: CommandTree): string => {
  const byFlag = new Map<string, Set<string>>();
  for (const { command } of paths(tree))
    for (const { flag, choices } of command.options)
      if (choices.length > 0) byFlag.set(flag, new Set([...(byFlag.get(flag) ?? []), ...choices]));
  return [...byFlag]
    .map(([flag, choices]) => `    ${flag}) COMPREPLY=($(compgen -W "${[...choices].join(' ')}" -- "$cur")); return ;;`)
    .join('\n');
};

/** Completion for bash. */
export const bashCompletion = (
  tree: CommandTree,
  rules: readonly string[],
): string => `# bash completion of irsa-auditor
_irsa_auditor() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" word
  case "$prev" in
${choiceCases(tree)}
    ${flagsOf('files')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    ${flagsOf('contexts')}) COMPREPLY=($(compgen -W "$(${lookedUp('contexts')})" -- "$cur")); return ;;
    ${flagsOf('clusters')}) COMPREPLY=($(compgen -W "$(${lookedUp('clusters')})" -- "$cur")); return ;;
    ${flagsOf('roles')}) COMPREPLY=($(compgen -W "$(${lookedUp('roles')})" -- "$cur")); return ;;
    ${flagsOf('rules')}) COMPREPLY=($(compgen -W "${rules.join(' ')}" -- "$cur")); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
    lint*) case "$cur" in -*) ;; *) COMPREPLY=($(compgen -f -- "$cur")); return ;; esac ;;
  esac
  case "$path" in
${paths(tree)
  .map(
    ({ path, command }) =>
      `    "${path}"${command.commands.length === 0 ? '*' : ''}) COMPREPLY=($(compgen -W "${words(command, rules)}" -- "$cur")) ;;`,
  )
  .reverse()
  .join('\n')}
    *) COMPREPLY=($(compgen -W "${words(tree, rules)}" -- "$cur")) ;;
  esac
}
complete -o filenames -F _irsa_auditor irsa-auditor
`;

const zshText = (text: string): string => text.replace(/[[\]:'\\]/g, ' ');

/** Completion for zsh. */
export const zshCompletion = (tree: CommandTree, rules: readonly string[]): string => `#compdef irsa-auditor
# zsh completion of irsa-auditor
_irsa_auditor() {
  local -a commands
  if (( CURRENT == 2 )); then
    commands=(
${tree.commands.map(command => `      '${command.name}:${zshText(command.description)}'`).join('\n')}
    )
    _describe 'command' commands
    return
  fi
  case "$words[2]" in
${tree.commands.map(command => `    ${command.name}) ${zshCase(command, rules)} ;;`).join('\n')}
  esac
}
# Found in fpath, this file is itself the function that completes; sourced, it only names one.
if [[ "$funcstack[1]" == _irsa-auditor ]]; then
  _irsa_auditor "$@"
else
  compdef _irsa_auditor irsa-auditor
fi
`;

const zshValue = ({ flag, choices }: CommandTree['options'][number], rules: readonly string[]): string => {
  const kind = valueKinds[flag];
  if (choices.length > 0) return `(${choices.join(' ')})`;
  if (kind === undefined) return ' ';
  if (kind === 'files') return '_files';
  return kind === 'rules' ? `(${rules.join(' ')})` : `($(${lookedUp(kind)}))`;
};

const zshCase = (command: CommandTree, rules: readonly string[]): string => {
  const children = command.commands.map(child => child.name).join(' ');
  const options = [command, ...command.commands]
    .flatMap(({ options: own }) => own)
    .filter((option, index, all) => all.findIndex(other => other.flag === option.flag) === index)
    .map(
      option =>
        `'${option.flag}[${zshText(option.description)}]${option.takesValue ? `:value:${zshValue(option, rules)}` : ''}'`,
    );
  const first = takesRule.includes(command.name) ? rules.join(' ') : children;
  return `_arguments ${options.join(' ')} '--help[show help]'${first === '' ? '' : ` '2:what:(${first})'`} '*:file:_files'`;
};

const fishText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

const fishValue = ({ flag, choices }: CommandTree['options'][number], rules: readonly string[]): string => {
  const kind = valueKinds[flag];
  if (kind === 'files') return ' -r -F';
  if (kind !== undefined && kind !== 'rules') return ` -x -a '(${lookedUp(kind)})'`;
  const words = kind === 'rules' ? rules : choices;
  return words.length > 0 ? ` -x -a '${words.join(' ')}'` : ' -x';
};

/** Completion for fish. */
export const fishCompletion = (tree: CommandTree, rules: readonly string[]): string =>
  [
    '# fish completion of irsa-auditor',
    ...tree.commands.map(
      command =>
        `complete -c irsa-auditor -n __fish_use_subcommand -f -a ${command.name} -d '${fishText(command.description)}'`,
    ),
    ...paths(tree).flatMap(({ path, command }) => {
      const seen = `"__fish_seen_subcommand_from ${path.split(' ').at(-1)}"`;
      return [
        ...command.commands.map(
          child => `complete -c irsa-auditor -n ${seen} -f -a ${child.name} -d '${fishText(child.description)}'`,
        ),
        ...command.options.map(
          option =>
            `complete -c irsa-auditor -n ${seen} -l ${option.flag.slice(2)} -d '${fishText(option.description)}'${option.takesValue ? fishValue(option, rules) : ''}`,
        ),
        ...(takesRule.includes(command.name) ? [`complete -c irsa-auditor -n ${seen} -f -a '${rules.join(' ')}'`] : []),
      ];
    }),
    '',
  ].join('\n');
