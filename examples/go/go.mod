module relay

go 1.24

require kustomer-relay/sdk/go/kustomerrelay v0.0.0

replace kustomer-relay/sdk/go/kustomerrelay => ./sdks/go/kustomerrelay
