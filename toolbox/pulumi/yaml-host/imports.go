//go:build tools

// Package yamlhost pins Pulumi's language host for YAML and JSON programs.
package yamlhost

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
