import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { normalPath, publicUrlProblem, relayPathProblem } from "../../receiver/relay-path";

describe("a relay's path", () => {
  test.each(["/", "/kustomer", "/kustomer/", "/a/b-c_d.e~f", "/%7Bid%7D", "/a:b@c"])("%s is taken", (path) => {
    expect(relayPathProblem(path)).toBeUndefined();
  });

  test.each([
    ["kustomer", /begin/],
    ["", /begin/],
    ["//kustomer", /begin/],
    ["/kustomer?key=1", /query/],
    ["/kustomer#top", /fragment/],
    ["/a/../kustomer", /\/kustomer; write/],
    ["/a b", /a%20b/],
    ["/é", /%C3%A9/],
    ["/{id}", /%7Bid%7D/],
    ["/a\\b", /\/a\/b/],
    ["/a\nb", /write/],
  ])("%j is refused, for no client asks for it", (path, problem) => {
    expect(relayPathProblem(path)).toMatch(problem);
  });

  test("that is taken is what arrives when a client asks for it", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const path = `/${text}`;
        if (relayPathProblem(path) === undefined) expect(new URL(`http://r.example${path}`).pathname).toBe(path);
      }),
    );
  });

  test("is the same one with a trailing slash", () => {
    expect(["/a/", "/a", "/a//", "/", "//"].map(normalPath)).toEqual(["/a", "/a", "/a", "/", "/"]);
  });
});

describe("the address that Kustomer is given", () => {
  test.each(["https://r.example/kustomer", "https://r.example/kustomer/", "https://r.example:8443/kustomer?a=b"])(
    "%s leads to the relay at /kustomer",
    (url) => {
      expect(publicUrlProblem(url, ["/other", "/kustomer"])).toBeUndefined();
    },
  );

  test.each([
    ["https://r.example/kustomers", /\/kustomers, which is no relay's; the receiver knows \/kustomer/],
    ["https://r.example", /path \//],
    ["https://r.example/kustomer#x", /fragment/],
    ["https://me:pw@r.example/kustomer", /credentials/],
    ["ftp://r.example/kustomer", /ftp:/],
    ["r.example/kustomer", /not a URL/],
  ])("%s is refused", (url, problem) => {
    expect(publicUrlProblem(url, ["/kustomer"])).toMatch(problem);
  });

  test("is not compared where the relays' paths are not known", () => {
    expect(publicUrlProblem("https://r.example/anything")).toBeUndefined();
  });
});
