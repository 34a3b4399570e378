package main

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// In a folder whose name a careless pattern would trip over.
func project(t *testing.T) string {
	return filepath.Join(t.TempDir(), "a [b] *")
}

func required(t *testing.T, directory string) string {
	t.Helper()
	found, err := requiredPackages(directory)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range found {
		if p.Kind != "resource" {
			t.Errorf("%s has kind %q", p.Name, p.Kind)
		}
		names = append(names, strings.TrimSpace(p.Name+" "+p.Version+" "+p.Server))
	}
	sort.Strings(names)
	return strings.Join(names, "; ")
}

func TestRequiredPackagesAreThoseThatStandForAProvider(t *testing.T) {
	dir := project(t)
	modules := filepath.Join(dir, "node_modules")
	write(t, filepath.Join(modules, "@pulumi/aws/package.json"),
		`{"name": "@pulumi/aws", "version": "7.0.0", "pulumi": {"resource": true}}`)
	write(t, filepath.Join(modules, "@pulumi/pulumi/package.json"), `{"name": "@pulumi/pulumi", "version": "3.0.0"}`)
	write(t, filepath.Join(modules, "@other/thing/package.json"),
		`{"name": "@other/thing", "version": "1.0.0",
		  "pulumi": {"resource": true, "name": "thing", "version": "v2.0.0", "server": "https://example.invalid"}}`)
	write(t, filepath.Join(modules, "unscoped/package.json"),
		`{"name": "unscoped", "version": "1.1.0", "pulumi": {"resource": true, "name": "unscoped"}}`)
	write(t, filepath.Join(modules, "unscoped/node_modules/@pulumi/random/package.json"),
		`{"name": "@pulumi/random", "version": "4.0.0", "pulumi": {"resource": true}}`)
	write(t, filepath.Join(modules, "unnamed/package.json"), `{"name": "unnamed", "version": "1.0.0", "pulumi": {"resource": true}}`)
	write(t, filepath.Join(modules, "damaged/package.json"), `{`)
	write(t, filepath.Join(modules, ".bin/package.json"), `{"name": "@pulumi/no", "version": "1.0.0", "pulumi": {"resource": true}}`)
	write(t, filepath.Join(modules, "a-file"), "")

	want := "aws v7.0.0; random v4.0.0; thing v2.0.0 https://example.invalid; unscoped v1.1.0"
	if got := required(t, dir); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRequiredPackagesOfLinksAreFoundOnceAndEnd(t *testing.T) {
	dir := project(t)
	real := filepath.Join(dir, "elsewhere")
	write(t, filepath.Join(real, "@pulumi/aws/package.json"),
		`{"name": "@pulumi/aws", "version": "7.0.0", "pulumi": {"resource": true}}`)
	for _, link := range []string{filepath.Join(dir, "node_modules"), filepath.Join(real, "@pulumi/aws/node_modules")} {
		if err := os.Symlink(real, link); err != nil {
			t.Fatal(err)
		}
	}
	if got := required(t, dir); got != "aws v7.0.0" {
		t.Errorf("got %s", got)
	}
}

func TestRequiredPackagesWithoutNodeModulesAreNone(t *testing.T) {
	if got := required(t, t.TempDir()); got != "" {
		t.Errorf("got %s", got)
	}
}

func TestParameterizationsArePassedOn(t *testing.T) {
	dir := project(t)
	write(t, filepath.Join(dir, "node_modules/made/package.json"),
		`{"name": "made", "version": "1.0.0", "pulumi": {"resource": true, "name": "terraform-provider", "version": "0.9.0",
		  "parameterization": {"name": "made", "version": "1.0.0", "value": "AQID"},
		  "extensionParameterization": {"name": "more", "version": "2.0.0", "value": "BA=="}}}`)
	found, err := requiredPackages(dir)
	if err != nil || len(found) != 1 {
		t.Fatalf("got %v, %v", found, err)
	}
	if p := found[0].Parameterization; p.GetName() != "made" || p.GetVersion() != "1.0.0" || string(p.GetValue()) != "\x01\x02\x03" {
		t.Errorf("got %v", p)
	}
	if p := found[0].Extension; p.GetName() != "more" || string(p.GetValue()) != "\x04" {
		t.Errorf("got %v", p)
	}
}
