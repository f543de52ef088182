//go:build tools

// Package cli pins the Pulumi CLI that toolbox/pulumi builds where none is installed and none can be downloaded.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
