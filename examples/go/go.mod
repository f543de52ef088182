module relay

go 1.25

require kustomer-relay/sdk/go v0.0.0

replace kustomer-relay/sdk/go => ./sdks/go
