module pulumi-kustomer-relay/aws-provider/source

go 1.25.7

require github.com/upbound/terraform-provider-aws v0.0.0-20260305123303-f7691456b787
