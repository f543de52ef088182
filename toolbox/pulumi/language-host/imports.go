//go:build tools

// Package languagehost pins Pulumi's Node.js language host: the last SDK module version that still contains it.
package languagehost

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
