package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func shell(ctx context.Context, script string) error {
	return nodeCommand(ctx, "/bin/sh", []string{"-c", script}).Run()
}

func TestRunResponses(t *testing.T) {
	for script, want := range map[string]*pulumirpc.RunResponse{
		"exit 0":     {},
		"exit 32":    {Bail: true},
		"exit 1":     {Error: "the program ended with exit code 1"},
		"exit 255":   {Error: "the program ended with exit code 255"},
		"kill -9 $$": {Error: "the program ended unexpectedly: signal: killed"},
	} {
		got := runResponse(context.Background(), shell(context.Background(), script))
		if got.Error != want.Error || got.Bail != want.Bail {
			t.Errorf("%s: got %v, want %v", script, got, want)
		}
	}
	missing := nodeCommand(context.Background(), "/not/there", nil).Run()
	if got := runResponse(context.Background(), missing); !strings.HasPrefix(got.Error, "the program could not be run: ") {
		t.Errorf("got %v", got)
	}
}

func TestACancelledProgramIsInterruptedAndSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	err := shell(ctx, "trap 'exit 0' INT; while :; do sleep 0.05; done")
	if got := runResponse(ctx, err); got.Error != "the program was cancelled" || got.Bail {
		t.Errorf("got %v", got)
	}
}

func TestProgramArguments(t *testing.T) {
	h := newHost(context.Background(), "127.0.0.1:1", "")
	got := h.programArguments(&pulumirpc.RunRequest{
		MonitorAddress: "127.0.0.1:2", Organization: "o", Project: "p", Stack: "s", DryRun: true, Parallel: 4,
		Info: &pulumirpc.ProgramInfo{RootDirectory: "/r", ProgramDirectory: "/r/d", EntryPoint: "index.ts"},
		Args: []string{"x"},
	})
	want := []string{
		"--monitor", "127.0.0.1:2", "--engine", "127.0.0.1:1", "--organization", "o", "--project", "p",
		"--root-directory", "/r", "--stack", "s", "--pwd", "/r/d", "--dry-run", "--parallel", "4", "index.ts", "x",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestModulesAreFoundInTheFoldersAboveAndThroughLinks(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(root, "node_modules", runProgramModule, "index.js")
	write(t, script, "")
	write(t, filepath.Join(root, "a", "b", "package.json"), "{}")
	// A node that must not be asked.
	got, err := resolveModule(context.Background(), "/not/there", runProgramModule, filepath.Join(root, "a", "b"))
	if err != nil || got != script {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAModuleThatIsNotInstalledIsNamed(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	_, err = resolveModule(context.Background(), node, "@pulumi/not-there/cmd/run", dir)
	if err == nil || !strings.Contains(err.Error(), "the Pulumi SDK is not installed in "+dir) {
		t.Errorf("got %v", err)
	}
}
