package main

import (
	"reflect"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func info(t *testing.T, given map[string]any) *pulumirpc.ProgramInfo {
	t.Helper()
	s, err := structpb.NewStruct(given)
	if err != nil {
		t.Fatal(err)
	}
	return &pulumirpc.ProgramInfo{Options: s}
}

func TestOptionsNotGivenHaveTheOfficialDefaults(t *testing.T) {
	for _, empty := range []*pulumirpc.ProgramInfo{nil, {}, info(t, nil)} {
		parsed, err := parseOptions(empty)
		if err != nil {
			t.Fatal(err)
		}
		want := options{typescript: true, packageManager: npm.AutoPackageManager}
		if !reflect.DeepEqual(parsed, want) {
			t.Errorf("got %+v, want %+v", parsed, want)
		}
	}
}

func TestOptionsGivenAreTaken(t *testing.T) {
	parsed, err := parseOptions(info(t, map[string]any{
		"typescript": false, "tsconfig": "a.json", "packagemanager": "pnpm",
		"nodeargs": `--require tsx/cjs --title "two words"`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := options{
		tsconfig:       "a.json",
		nodeArgs:       []string{"--require", "tsx/cjs", "--title", "two words"},
		packageManager: npm.PnpmPackageManager,
	}
	if !reflect.DeepEqual(parsed, want) {
		t.Errorf("got %+v, want %+v", parsed, want)
	}
	environment := []string{"PULUMI_NODEJS_TYPESCRIPT=false", "PULUMI_NODEJS_TSCONFIG_PATH=a.json"}
	if got := parsed.environment(); !reflect.DeepEqual(got, environment) {
		t.Errorf("got %v, want %v", got, environment)
	}
}

func TestOptionsOfAWrongTypeAreRefusedByName(t *testing.T) {
	for name, value := range map[string]any{
		"typescript": "yes", "tsconfig": true, "nodeargs": 3, "packagemanager": "cargo",
	} {
		_, err := parseOptions(info(t, map[string]any{name: value}))
		if err == nil || !strings.Contains(err.Error(), "runtime option "+name) {
			t.Errorf("%s: %v: got %v", name, value, err)
		}
	}
	if _, err := parseOptions(info(t, map[string]any{"nodeargs": `--title "open`})); err == nil {
		t.Error("an open quotation mark in nodeargs was taken")
	}
}
