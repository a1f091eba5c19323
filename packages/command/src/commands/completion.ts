import { buildChoiceParser, buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { print } from "../output.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** What a shell runs to complete a line; the command itself knows what may come next. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_promptcall() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(promptcall --complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _promptcall promptcall`,
  zsh: `#compdef promptcall
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
_promptcall() {
  local -a found
  found=(\${(f)"$(promptcall --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -a found; else _files; fi
}
compdef _promptcall promptcall`,
  fish: `complete -c promptcall -a '(promptcall --complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
};

export const completionCommand = buildCommand<object, [Shell], Context>({
  docs: {
    brief: "Print what completes lines in a shell",
    fullDescription:
      'Prints a script for your shell. In ~/.bashrc or ~/.zshrc: eval "$(promptcall completion bash)", or zsh in place of bash. ' +
      "In ~/.config/fish/config.fish: promptcall completion fish | source.",
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          parse: buildChoiceParser(SHELLS),
          proposeCompletions: () => SHELLS,
          brief: SHELLS.join(", "),
          placeholder: "SHELL",
        },
      ],
    },
  },
  async func(_, shell) {
    print(this, SCRIPTS[shell]);
  },
});
