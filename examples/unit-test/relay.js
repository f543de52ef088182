const { KustomerRelay } = require("pulumi-kustomer-relay");

/** A relay as every environment of this company has it. */
exports.companyRelay = (environment) =>
  new KustomerRelay(`support-${environment}`, {
    kustomer: { webhook: { name: `Airkit (${environment})` } },
    airkit: {
      account: { environment: environment.toUpperCase() },
      hub: { id: "c1d90000-0000-4000-8000-000000000004" },
    },
    transform: {
      webhook: (args, opts) => {
        opts.protect = environment === "prod";
      },
    },
  });
