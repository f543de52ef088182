import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AIRKIT_REALMS, receiveMessageUrl } from "../../../providers/airkit/destination-url";
import { RelayError } from "../../../providers/lifecycle/errors";

const resourceId = "9a1c5f52-7d1e-4b0e-9c55-0d6a4f6f2b11";
const path = `/internal/sessions/v1/resource/kustomer/${resourceId}/receive-message`;

describe("the destination URL", () => {
  test("is the one of the vendor's guide unless another host is given", () => {
    expect(receiveMessageUrl({ resourceId })).toBe(`https://api.airkit.com${path}`);
    expect(receiveMessageUrl({ resourceId: resourceId.toUpperCase() })).toBe(`https://api.airkit.com${path}`);
  });

  test.each([...Object.values(AIRKIT_REALMS), "abc-123.ngrok.io", "EU.API.prod.airkit.com"])(
    "takes the host %s",
    (apiHostname) => {
      expect(receiveMessageUrl({ apiHostname, resourceId })).toBe(`https://${apiHostname.toLowerCase()}${path}`);
    },
  );

  test.each([
    ["http://127.0.0.1:4010", "http://127.0.0.1:4010"],
    ["http://localhost:4010/", "http://localhost:4010"],
    ["http://[::1]:4010", "http://[::1]:4010"],
  ])("takes the sandbox at %s", (apiHostname, base) => {
    expect(receiveMessageUrl({ apiHostname, resourceId })).toBe(`${base}${path}`);
  });

  test.each([
    "",
    "https://api.airkit.com",
    "http://api.airkit.com",
    "api.airkit.com/path",
    "api.airkit.com:443",
    "user@api.airkit.com",
    "api..airkit.com",
    "-api.airkit.com",
    "localhost",
    "10.0.0.1",
    "http://127.0.0.1:4010/path",
    "http://127.0.0.1.example.com",
    "http://127.0.0.1:99999",
  ])('refuses "%s" as a host', (apiHostname) => {
    expect(() => receiveMessageUrl({ apiHostname, resourceId })).toThrow(RelayError);
  });

  test("refuses as an id whatever is no UUID, so that nothing can change the path", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.uuid().map((id) => `${id}/..`),
          fc.uuid().map((id) => `../${id}`),
        ),
        (id) => {
          expect(() => receiveMessageUrl({ resourceId: id })).toThrow(/must be its UUID/);
        },
      ),
    );
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(new URL(receiveMessageUrl({ resourceId: id })).pathname).toContain(`/${id}/`);
      }),
    );
  });
});
