package cli

import (
	"context"
	"slices"

	"baton/internal/ui"
	"github.com/spf13/cobra"
)

var shells = []string{"bash", "zsh", "fish"}

func (a *app) completion() *command {
	return &command{
		name:  "completion",
		args:  "bash|zsh|fish",
		group: groupSetup,
		short: "print a script that completes baton's commands and flags",
		examples: []example{
			{"source <(baton completion bash)", "for this bash; in ~/.bashrc for all"},
			{"baton completion zsh >~/.zfunc/_baton", "for zsh, with ~/.zfunc in fpath"},
			{"baton completion fish >~/.config/fish/completions/baton.fish", "for fish"},
		},
		exits: []exitCode{exitOK, exitFailed, exitUsage},
		run: func(_ context.Context, s *ui.Streams, args []string) error {
			if len(args) != 1 || !slices.Contains(shells, args[0]) {
				return usagef("want the name of a shell: bash, zsh or fish")
			}
			switch args[0] {
			case "bash":
				return a.root.GenBashCompletionV2(s.Out, true)
			case "zsh":
				return a.root.GenZshCompletion(s.Out)
			default:
				return a.root.GenFishCompletion(s.Out, true)
			}
		},
	}
}

// completeFlags tells the scripts which values the general flags take.
func (a *app) completeFlags(cmd *cobra.Command) {
	cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions(ui.ColorModes, cobra.ShellCompDirectiveNoFileComp))
	for _, sub := range cmd.Commands() {
		if sub.Flags().Lookup("color") != nil {
			a.completeFlags(sub)
		}
		if sub.Name() == "completion" {
			sub.ValidArgsFunction = cobra.FixedCompletions(shells, cobra.ShellCompDirectiveNoFileComp)
		}
	}
}

// completeCommands completes the argument of help.
func (a *app) completeCommands(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) == 0 {
		for _, g := range groups {
			for _, cmd := range a.visible(g) {
				names = append(names, cmd.Name()+"\t"+cmd.Short)
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
