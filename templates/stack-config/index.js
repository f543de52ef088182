// The relays are declared in Pulumi.<stack>.yaml, under kustomer-relay:relays.
module.exports = require("pulumi-kustomer-relay/stack").declareRelays();
