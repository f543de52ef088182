//go:build tools

// Package gohost pins Pulumi's Go language host: the last SDK module version that still contains it.
package gohost

import _ "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go"
