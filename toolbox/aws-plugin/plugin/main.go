// Command pulumi-resource-aws is the real Terraform AWS provider behind Pulumi's real bridge, with the resource types that
// the hosted receiver uses. It is what `@pulumi/aws` talks to, as far as those types go; trim.ts says what is left out.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sort"

	"github.com/hashicorp/terraform-provider-aws/xpprovider"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
)

// The CLI asks a provider for its version and takes any: this one is that of the SDK whose names it speaks.
const version = "7.48.0"

func main() {
	upstream, err := xpprovider.GetProviderSchema(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	provider := tfbridge.ProviderInfo{
		P:              shimv2.NewProvider(upstream),
		Name:           "aws",
		Version:        version,
		ResourcePrefix: "aws",
		Resources:      resources(),
		DataSources:    dataSources(),
	}
	mapped := provider.Resources
	provider.P.ResourcesMap().Range(func(name string, _ shim.Resource) bool {
		if mapped[name] == nil {
			provider.IgnoreMappings = append(provider.IgnoreMappings, name)
		}
		return true
	})
	provider.P.DataSourcesMap().Range(func(name string, _ shim.Resource) bool {
		if provider.DataSources[name] == nil {
			provider.IgnoreMappings = append(provider.IgnoreMappings, name)
		}
		return true
	})

	if len(os.Args) == 2 && os.Args[1] == "-properties" {
		if err := json.NewEncoder(os.Stdout).Encode(properties(provider)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	tfbridge.Main("aws", version, provider, []byte("{}"))
}

// properties gives the property names of every type as Pulumi programs write them, so that a difference to the names in
// the npm package is found before anything is created: the bridge would drop an input it does not know.
func properties(provider tfbridge.ProviderInfo) map[string][]string {
	all := map[string][]string{}
	for name, info := range provider.Resources {
		fields := provider.P.ResourcesMap().Get(name).Schema()
		names := []string{}
		fields.Range(func(field string, _ shim.Schema) bool {
			names = append(names, tfbridge.TerraformToPulumiNameV2(field, fields, info.Fields))
			return true
		})
		sort.Strings(names)
		all[string(info.Tok)] = names
	}
	return all
}
