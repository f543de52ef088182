// Command sdks writes the SDKs of a provider's schema with Pulumi's own code generators:
//
//	sdks SCHEMA.json LANGUAGE DIRECTORY
//
// The CLI's `pulumi package gen-sdk` does the same where its language hosts are as new as itself.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-kustomer-relay"

func generate(language string, pkg *schema.Package) (map[string][]byte, error) {
	switch language {
	case "python":
		return python.GeneratePackage(tool, pkg, nil, nil)
	case "nodejs":
		files, err := nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
		// The generator forgets that what it imports from a module below is beside it.
		for name, content := range files {
			if !strings.Contains(name, "/") {
				files[name] = bytes.ReplaceAll(content, []byte(`from "aws";`), []byte(`from "./aws";`))
			}
		}
		return files, err
	case "go":
		return gogen.GeneratePackage(tool, pkg, nil)
	}
	return nil, fmt.Errorf("there is no generator for %q: python, nodejs or go", language)
}

func write(schemaFile, language, directory string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return fmt.Errorf("read %s: %w", schemaFile, err)
	}
	// Nothing of the schema refers to another package, so there is nothing to load.
	pkg, diagnostics, err := schema.BindSpec(spec, struct{ schema.Loader }{}, schema.ValidationOptions{})
	if err != nil {
		return err
	}
	// A registry refuses what it is warned of, too.
	if len(diagnostics) > 0 {
		return diagnostics
	}
	files, err := generate(language, pkg)
	if err != nil {
		return err
	}
	for name, content := range files {
		file := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: sdks SCHEMA.json LANGUAGE DIRECTORY")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
