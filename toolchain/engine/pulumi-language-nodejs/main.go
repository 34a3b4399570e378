// Command pulumi-language-nodejs is a stand-in for the Node language host of the Pulumi release. The engine
// starts it from beside the `pulumi` binary, reads the port from its standard output, and asks it over gRPC
// to run programs and policy packs under Node.
//
// It exists because the official host cannot be had as a Go module: where the release can be downloaded, the
// host in it is used and this one is never built. It does what the official one does for running programs
// and policy packs and for installing dependencies; it writes no code (`pulumi convert`, `package add`).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// An engine that was killed cannot say goodbye. Asking it this often keeps a left-over host, and the Node
// process under it, from outliving the engine by more than that.
const engineCheckInterval = 2 * time.Second

func main() {
	if err := serve(); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-language-nodejs: %v\n", err)
		os.Exit(1)
	}
}

func serve() error {
	// The engine passes --tracing, and -v and --logtostderr (which the logging package declares), before the
	// address it listens on.
	tracing := flag.String("tracing", "", "address of a Zipkin-compatible endpoint for traces")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *showVersion {
		fmt.Println(version.Version)
		return nil
	}
	logging.InitLogging(false, 0, false)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	engineAddress := flag.Arg(0)
	if engineAddress != "" {
		if err := rpcutil.Healthcheck(ctx, engineAddress, engineCheckInterval, cancel); err != nil {
			return fmt.Errorf("watch the engine at %s: %w", engineAddress, err)
		}
	}

	stopServing := make(chan bool)
	go func() {
		<-ctx.Done()
		close(stopServing)
	}()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: stopServing,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, newHost(ctx, engineAddress, *tracing))
			return nil
		},
	})
	if err != nil {
		return fmt.Errorf("start serving: %w", err)
	}

	// The engine reads the port from the first line.
	fmt.Printf("%d\n", handle.Port)
	return <-handle.Done
}
