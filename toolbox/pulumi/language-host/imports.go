//go:build tools

// Package languagehost pins Pulumi's language hosts for Node.js and Python: the last SDK module version that still contains them.
package languagehost

import (
	_ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
	_ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
)
