package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// packageManifest is what matters here of an installed package's package.json.
type packageManifest struct {
	Name    string                  `json:"name"`
	Version string                  `json:"version"`
	Pulumi  plugin.PulumiPluginJSON `json:"pulumi"`
}

// GetRequiredPackages lists the providers that the program's installed packages stand for: the engine
// fetches their plugins before the program starts, and takes their versions for default providers.
func (h *host) GetRequiredPackages(
	_ context.Context, req *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	packages, err := requiredPackages(req.GetInfo().GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	return &pulumirpc.GetRequiredPackagesResponse{Packages: packages}, nil
}

// requiredPackages reads the manifests in the node_modules of a directory and of the packages in it. Nothing
// else can be required from there, and reading only these takes milliseconds where a walk through all files
// of the SDKs takes seconds.
func requiredPackages(directory string) ([]*pulumirpc.PackageDependency, error) {
	var found []*pulumirpc.PackageDependency
	seen := map[string]bool{}
	var visit func(nodeModules string) error
	visit = func(nodeModules string) error {
		// A linked package is the same package each time.
		real, err := filepath.EvalSymlinks(nodeModules)
		if isAbsence(err) || seen[real] {
			return nil
		}
		if err != nil {
			return err
		}
		seen[real] = true
		for _, pattern := range []string{"[^.@]*", "@*/*"} {
			directories, err := filepath.Glob(filepath.Join(globEscape(real), pattern))
			if err != nil {
				return err
			}
			for _, dir := range directories {
				if dependency := readDependency(dir); dependency != nil {
					found = append(found, dependency)
				}
				if err := visit(filepath.Join(dir, "node_modules")); err != nil {
					return err
				}
			}
		}
		return nil
	}
	err := visit(filepath.Join(directory, "node_modules"))
	return found, err
}

// globEscape keeps Glob from reading a directory's own name as a pattern.
func globEscape(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// isAbsence is true where nothing has that name, or something on the way is no folder.
func isAbsence(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// readDependency is nil for a package that stands for no provider. A manifest that cannot be read is another
// tool's trouble: it is logged, as the official host does, and Node will say so if the program needs it.
func readDependency(directory string) *pulumirpc.PackageDependency {
	content, err := os.ReadFile(filepath.Join(directory, "package.json"))
	if err != nil {
		if !isAbsence(err) {
			logging.V(3).Infof("required packages: %v", err)
		}
		return nil
	}
	var manifest packageManifest
	if err := json.Unmarshal(content, &manifest); err != nil {
		logging.V(3).Infof("required packages: %s: %v", directory, err)
		return nil
	}
	if !manifest.Pulumi.Resource {
		return nil
	}
	dependency, err := asDependency(manifest)
	if err != nil {
		logging.V(3).Infof("required packages: %s: %v", directory, err)
		return nil
	}
	return dependency
}

func asDependency(manifest packageManifest) (*pulumirpc.PackageDependency, error) {
	name := manifest.Pulumi.Name
	if name == "" {
		var scoped bool
		if name, scoped = strings.CutPrefix(manifest.Name, "@pulumi/"); !scoped {
			return nil, fmt.Errorf("package %q stands for a provider and does not name it", manifest.Name)
		}
	}
	version := manifest.Pulumi.Version
	if version == "" {
		version = manifest.Version
	}
	if version == "" {
		return nil, fmt.Errorf("package %q has no version", manifest.Name)
	}
	dependency := &pulumirpc.PackageDependency{
		Name:    name,
		Kind:    "resource",
		Version: "v" + strings.TrimPrefix(version, "v"),
		Server:  manifest.Pulumi.Server,
	}
	if p := manifest.Pulumi.Parameterization; p != nil {
		dependency.Parameterization = &pulumirpc.PackageParameterization{
			Name: p.Name, Version: p.Version, Value: p.Value,
		}
	}
	if p := manifest.Pulumi.ExtensionParameterization; p != nil {
		dependency.Extension = &pulumirpc.PackageParameterization{
			Name: p.Name, Version: p.Version, Value: p.Value,
		}
	}
	return dependency, nil
}
