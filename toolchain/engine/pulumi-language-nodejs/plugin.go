package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

const (
	runPolicyPackModule = "@pulumi/pulumi/cmd/run-policy-pack"
	runPluginModule     = "@pulumi/pulumi/cmd/run-plugin"
)

// RunPlugin executes a policy pack, or a provider written for Node, until the engine ends the call. What it
// prints is streamed; the engine reads the port it listens on from the first line.
func (h *host) RunPlugin(
	req *pulumirpc.RunPluginRequest, server pulumirpc.LanguageRuntime_RunPluginServer,
) error {
	ctx, cancel := h.while(server.Context())
	defer cancel()

	streams, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	cmd, err := pluginCommand(ctx, req)
	if err != nil {
		return err
	}
	cmd.Stderr = stderr

	if isPolicyPack(req) {
		err = runPolicyPack(ctx, cmd, stdout)
	} else {
		cmd.Stdout = stdout
		err = cmd.Run()
	}

	var exit *exec.ExitError
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay), ctx.Err() != nil:
		return streams.Close()
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return server.Send(&pulumirpc.RunPluginResponse{
			Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(exit.ExitCode())},
		})
	default:
		return fmt.Errorf("run %s: %w", req.GetInfo().GetProgramDirectory(), err)
	}
}

func isPolicyPack(req *pulumirpc.RunPluginRequest) bool {
	return req.GetKind() == string(apitype.AnalyzerPlugin)
}

func pluginCommand(ctx context.Context, req *pulumirpc.RunPluginRequest) (*exec.Cmd, error) {
	if req.GetAttachDebugger() {
		return nil, errors.New("--attach-debugger is not supported by the stand-in Node language host; " +
			"use a pulumi of the official release")
	}
	options, err := parseOptions(req.GetInfo())
	if err != nil {
		return nil, err
	}
	node, err := findNode()
	if err != nil {
		return nil, err
	}
	module, directory := runPluginModule, req.GetInfo().GetProgramDirectory()
	if isPolicyPack(req) {
		module = runPolicyPackModule
	}
	script, err := resolveModule(ctx, node, module, directory)
	if err != nil {
		return nil, err
	}

	// The official host passes nodeargs after the script, where Node does not see them. A pack that relied on
	// them here would fail there, so they stand at the same place.
	args := append([]string{script}, options.nodeArgs...)
	if isPolicyPack(req) {
		args = append(append(args, req.GetArgs()...), directory)
	} else {
		args = append(append(args, directory), req.GetArgs()...)
	}
	cmd := nodeCommand(ctx, node, args)
	cmd.Env = append(append([]string{}, req.GetEnv()...), options.environment()...)
	cmd.Dir = req.GetPwd()
	if isPolicyPack(req) {
		cmd.Dir = directory
	}
	return cmd, nil
}

// runPolicyPack starts a pack once the engine has said for which stack. @pulumi/policy reads that from the
// environment, so a proxy that the SDK has for this purpose answers the engine until then.
func runPolicyPack(ctx context.Context, cmd *exec.Cmd, stdout io.Writer) error {
	proxy, packStdout, err := sdk.NewPolicyProxy(ctx, stdout)
	if err != nil {
		return fmt.Errorf("start the policy pack's proxy: %w", err)
	}
	cmd.Stdout = packStdout

	stack, err := proxy.AwaitConfiguration(ctx)
	if err != nil {
		return fmt.Errorf("wait for the stack's configuration: %w", err)
	}
	if stack != nil {
		add := func(name, value string) {
			if value != "" {
				cmd.Env = append(cmd.Env, name+"="+value)
			}
		}
		add("PULUMI_NODEJS_ORGANIZATION", stack.GetOrganization())
		add("PULUMI_NODEJS_PROJECT", stack.GetProject())
		add("PULUMI_NODEJS_STACK", stack.GetStack())
		add("PULUMI_NODEJS_DRY_RUN", strconv.FormatBool(stack.GetDryRun()))
		if stack.GetConfig() != nil {
			config, err := json.Marshal(stack.GetConfig())
			if err != nil {
				return fmt.Errorf("write the stack's configuration: %w", err)
			}
			add("PULUMI_CONFIG", string(config))
		}
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	return proxy.Attach(ctx, cmd)
}
