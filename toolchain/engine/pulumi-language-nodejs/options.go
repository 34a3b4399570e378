package main

import (
	"fmt"
	"strconv"

	"github.com/google/shlex"

	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// options are the `runtime.options` of Pulumi.yaml and PulumiPolicy.yaml, with the official host's names,
// defaults and refusals.
type options struct {
	typescript     bool
	tsconfig       string
	nodeArgs       []string
	packageManager npm.PackageManagerType
}

func parseOptions(info *pulumirpc.ProgramInfo) (options, error) {
	parsed := options{typescript: true, packageManager: npm.AutoPackageManager}
	given := info.GetOptions().AsMap()

	if value, ok := given["typescript"]; ok {
		on, ok := value.(bool)
		if !ok {
			return parsed, fmt.Errorf("runtime option typescript must be true or false, got %v", value)
		}
		parsed.typescript = on
	}
	if value, ok := given["tsconfig"]; ok {
		path, ok := value.(string)
		if !ok {
			return parsed, fmt.Errorf("runtime option tsconfig must be a path, got %v", value)
		}
		parsed.tsconfig = path
	}
	if value, ok := given["nodeargs"]; ok {
		line, ok := value.(string)
		if !ok {
			return parsed, fmt.Errorf("runtime option nodeargs must be a string, got %v", value)
		}
		args, err := shlex.Split(line)
		if err != nil {
			return parsed, fmt.Errorf("runtime option nodeargs %q: %w", line, err)
		}
		parsed.nodeArgs = args
	}
	if value, ok := given["packagemanager"]; ok {
		name, _ := value.(string)
		switch name {
		case "auto":
		case "npm":
			parsed.packageManager = npm.NpmPackageManager
		case "yarn":
			parsed.packageManager = npm.YarnPackageManager
		case "pnpm":
			parsed.packageManager = npm.PnpmPackageManager
		case "bun":
			parsed.packageManager = npm.BunPackageManager
		default:
			return parsed, fmt.Errorf("runtime option packagemanager must be auto, npm, yarn, pnpm or bun, got %v", value)
		}
	}
	return parsed, nil
}

// environment is what the SDK's start scripts read of the options.
func (o options) environment() []string {
	env := []string{"PULUMI_NODEJS_TYPESCRIPT=" + strconv.FormatBool(o.typescript)}
	if o.tsconfig != "" {
		env = append(env, "PULUMI_NODEJS_TSCONFIG_PATH="+o.tsconfig)
	}
	return env
}
