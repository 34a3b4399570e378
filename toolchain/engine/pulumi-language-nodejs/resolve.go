package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func findNode() (string, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return "", fmt.Errorf("node is not on the PATH: install Node and try again: %w", err)
	}
	return node, nil
}

// resolveModule finds one of the SDK's start scripts as Node would from the given directory: so a program
// and a policy pack each run on the SDK that they installed.
//
// The usual places are looked at here, for starting Node only to ask costs some 40 ms on each run. Anything
// less usual (NODE_PATH, Yarn's zip files) Node itself is asked for.
func resolveModule(ctx context.Context, node, module, directory string) (string, error) {
	if real, err := filepath.EvalSymlinks(directory); err == nil {
		for dir := real; ; dir = filepath.Dir(dir) {
			if script := filepath.Join(dir, "node_modules", module, "index.js"); isFile(script) {
				return script, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}

	cmd := exec.CommandContext(ctx, node, "-p", fmt.Sprintf("require.resolve(%q)", module))
	cmd.Dir = directory
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && !strings.Contains(string(exit.Stderr), "MODULE_NOT_FOUND") {
			return "", fmt.Errorf("look for %s from %s: %w\n%s", module, directory, err, exit.Stderr)
		}
		return "", fmt.Errorf("the Pulumi SDK is not installed in %s (no %s in any node_modules above it): "+
			"run npm ci there", directory, module)
	}
	return strings.TrimSpace(string(out)), nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
